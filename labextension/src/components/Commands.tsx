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
  const [chosen, choose] = useState(recommended ?? choices[0]?.manager);
  const choice =
    choices.find(({ manager }) => manager === chosen) ?? choices[0];
  if (!choice) {
    return null;
  }
  const text = commandLine(choice.argv, system);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const index = choices.indexOf(choice) + step + choices.length;
      const next = index % choices.length;
      choose(choices[next].manager);
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
        {choices.map(({ manager }) => (
          <Button
            key={manager}
            id={`${id}-${manager}`}
            className="jp-Envcheck-tab"
            role="tab"
            aria-controls={id}
            aria-selected={manager === choice.manager}
            onClick={() => choose(manager)}
            tabIndex={manager === choice.manager ? 0 : -1}
          >
            {manager}
          </Button>
        ))}
      </div>
      <div id={id} role="tabpanel" aria-labelledby={`${id}-${choice.manager}`}>
        <code className="jp-Envcheck-command">{text}</code>
        <div className="jp-Envcheck-buttons">
          <CommandButton
            commands={commands}
            id={CommandIDs.copy}
            args={{ text }}
            name={trans.__('Copy the command')}
          />
          {insertable && (
            <CommandButton
              commands={commands}
              id={CommandIDs.insertCell}
              args={{ source: shellCell(text) }}
            />
          )}
        </div>
      </div>
    </div>
  );
}
