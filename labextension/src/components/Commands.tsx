import { Button } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';
import { commandLine, shellCell } from '../commandline';
import { CommandIDs } from '../commandids';
import type { Command } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';

/**
 * Properties of exact commands.
 */
export interface ICommandsProps extends IComponentProps {
  /**
   * The commands; those of one manager belong together, one after the other.
   */
  readonly choices: ReadonlyArray<Command>;

  /**
   * Whether a cell of the notebook is a place for them.
   */
  readonly insertable: boolean;
  readonly recommended?: string | null;
  readonly system: string | null;
}

/**
 * The exact command, with a tab for each manager that fits.
 */
export function Commands(props: ICommandsProps): JSX.Element | null {
  const { choices, commands, insertable, recommended, system, trans } = props;
  const id = useId();
  const managers = [...new Set(choices.map(({ manager }) => manager))];
  const [chosen, choose] = useState(recommended ?? managers[0]);
  const index = Math.max(0, managers.indexOf(chosen));
  const lines = choices
    .filter(({ manager }) => manager === managers[index])
    .map(({ argv }) => commandLine(argv, system));
  if (lines.length === 0) {
    return null;
  }
  const text = lines.join('\n');
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const next = (index + step + managers.length) % managers.length;
      choose(managers[next]);
      event.currentTarget
        .querySelectorAll<HTMLElement>('[role="tab"]')
        [next].focus();
    }
  };
  return (
    <div className="jp-Envcheck-commands">
      <div
        className="jp-Envcheck-tabs"
        role="tablist"
        aria-label={trans.__('Package manager')}
        onKeyDown={onKeyDown}
      >
        {managers.map((manager, place) => (
          <Button
            key={manager}
            id={`${id}-${manager}`}
            className="jp-Envcheck-tab"
            role="tab"
            aria-controls={id}
            aria-selected={place === index}
            onClick={() => choose(manager)}
            tabIndex={place === index ? 0 : -1}
          >
            {manager}
          </Button>
        ))}
      </div>
      <div id={id} role="tabpanel" aria-labelledby={`${id}-${managers[index]}`}>
        <code className="jp-Envcheck-command">{text}</code>
        <div className="jp-Envcheck-buttons">
          <CommandButton
            commands={commands}
            id={CommandIDs.copy}
            args={{ text }}
            done={trans.__('Copied')}
            name={trans.__('Copy the command')}
          />
          {insertable && (
            <CommandButton
              commands={commands}
              id={CommandIDs.insertCell}
              args={{ source: lines.map(shellCell).join('\n') }}
            />
          )}
        </div>
      </div>
    </div>
  );
}
