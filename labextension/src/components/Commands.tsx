import React, { useState } from 'react';
import { commandLine, shellCell } from '../commandline';
import { CommandIDs } from '../commandids';
import type { IPreferred } from '../preferences';
import type { Command } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Steps } from './Steps';
import { Tabs } from './Tabs';

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
  readonly preferred: IPreferred;
  readonly recommended?: string | null;

  /**
   * The same in Anaconda Navigator, where that is a way.
   */
  readonly steps?: ReadonlyArray<string>;
  readonly system: string | null;
}

/**
 * The exact command, with a tab for each manager that fits; for a beginner one alone.
 */
export function Commands(props: ICommandsProps): JSX.Element | null {
  const { choices, preferred, recommended, steps = [], trans } = props;
  const [chosen, choose] = useState<string | null>(null);
  const managers = [
    ...new Set(choices.map(({ manager }) => manager)),
    ...(steps.length > 0 ? [Private.NAVIGATOR] : [])
  ];
  const shown = [chosen, preferred.manager, recommended, managers[0]].find(
    manager => manager && managers.includes(manager)
  );
  if (!shown) {
    return null;
  }
  const body =
    shown === Private.NAVIGATOR ? (
      <Steps steps={steps} />
    ) : (
      <Lines {...props} manager={shown} />
    );
  return (
    <div className="jp-Envcheck-commands">
      {preferred.experience === 'beginner' ? (
        <>
          <p className="jp-Envcheck-aside">
            {shown === Private.NAVIGATOR
              ? trans.__('Or yourself, in Anaconda Navigator:')
              : props.insertable
                ? trans.__(
                    'Or yourself, in a terminal, or in a cell of the notebook:'
                  )
                : trans.__('In a terminal:')}
          </p>
          {body}
        </>
      ) : (
        <Tabs
          choose={choose}
          chosen={shown}
          label={trans.__('Package manager')}
          names={managers.map(id => [
            id,
            id === Private.NAVIGATOR ? trans.__('Navigator') : id
          ])}
        >
          {body}
        </Tabs>
      )}
    </div>
  );
}

/**
 * The lines of one manager, and what to do with them.
 */
function Lines(
  props: ICommandsProps & { readonly manager: string }
): JSX.Element {
  const { choices, commands, insertable, manager, system, trans } = props;
  const lines = choices
    .filter(choice => choice.manager === manager)
    .map(({ argv }) => argv);
  const text = lines.map(argv => commandLine(argv, system)).join('\n');
  return (
    <>
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
            args={{
              source: lines.map(argv => shellCell(argv, system)).join('\n')
            }}
          />
        )}
      </div>
    </>
  );
}

namespace Private {
  /**
   * The tab of Anaconda Navigator, as the settings name it.
   */
  export const NAVIGATOR = 'navigator';
}
