import React, { useRef } from 'react';
import { CommandIDs } from '../commandids';
import type { Outcome } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { severityName } from './severity';

/**
 * Properties of what is dismissed.
 */
export interface IDismissedProps extends IComponentProps {
  readonly outcomes: ReadonlyArray<Outcome>;

  /**
   * Called when the last one is brought back, and the focus has to go elsewhere.
   */
  readonly onLast: () => void;
}

/**
 * The findings that are dismissed in this environment, each of which can be brought back.
 */
export function Dismissed(props: IDismissedProps): JSX.Element | null {
  const { commands, onLast, outcomes, trans } = props;
  const summary = useRef<HTMLElement>(null);
  if (outcomes.length === 0) {
    return null;
  }
  return (
    <details
      className="jp-Envcheck-untold"
      // The button that was pressed goes: what it was in stays, while there is more in it.
      onClick={event => {
        if ((event.target as Element).closest('button')) {
          if (outcomes.length > 1) {
            summary.current?.focus();
          } else {
            onLast();
          }
        }
      }}
    >
      <summary ref={summary}>
        {trans._n('%1 dismissed here', '%1 dismissed here', outcomes.length)}
      </summary>
      <ul className="jp-Envcheck-list">
        {outcomes.map(({ id, severity, title }) => (
          <li key={id}>
            {title}
            <div className="jp-Envcheck-buttons">
              <span className="jp-Envcheck-label">
                {severityName(severity ?? 'info', trans)}
              </span>
              <CommandButton
                commands={commands}
                id={CommandIDs.bringBack}
                args={{ outcome: id }}
                look="quiet"
                name={trans.__('Bring back: %1', title)}
              />
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
