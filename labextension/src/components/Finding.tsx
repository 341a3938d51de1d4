import React from 'react';
import { CommandIDs } from '../commandids';
import type { IPreferred } from '../preferences';
import type { Outcome } from '../wire';
import { Action } from './Action';
import { ActionButton } from './ActionButton';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { FindingWords } from './FindingWords';

/**
 * Properties of a finding.
 */
export interface IFindingProps extends IComponentProps {
  /**
   * Whether it is opened from the start.
   */
  readonly open: boolean;
  readonly outcome: Outcome;
  readonly preferred: IPreferred;
  readonly system: string | null;
}

/**
 * One finding, with what to do about it.
 */
export function Finding(props: IFindingProps): JSX.Element {
  const { commands, open, outcome, preferred, system, trans } = props;
  return (
    <FindingWords
      open={open}
      outcome={outcome}
      trans={trans}
      first={outcome.actions.map(action => (
        <ActionButton
          key={action.id}
          action={action}
          commands={commands}
          of={{ outcome: outcome.id }}
          trans={trans}
        />
      ))}
      then={outcome.actions.map(action => (
        <Action
          key={action.id}
          action={action}
          beside={outcome.actions}
          commands={commands}
          preferred={preferred}
          system={system}
          trans={trans}
        />
      ))}
      last={
        <div
          className="jp-Envcheck-buttons jp-mod-end"
          onClick={event => Private.step(event.currentTarget)}
        >
          <CommandButton
            commands={commands}
            id={CommandIDs.dismiss}
            args={{ outcome: outcome.id }}
            look="quiet"
          />
        </div>
      }
    />
  );
}

namespace Private {
  /**
   * Hand the focus from a finding that goes to the one after it, or before it, or to their list.
   */
  export function step(from: Element): void {
    const item = from.closest('li');
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    (
      next?.querySelector<HTMLElement>('.jp-Envcheck-findingTitle') ??
      item?.parentElement
    )?.focus();
  }
}
