import type { CommandRegistry } from '@lumino/commands';
import React from 'react';
import { CommandIDs } from '../commandids';
import type { Outcome } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Commands } from './Commands';

/**
 * Something that would mend a finding.
 */
export type IAction = Outcome['actions'][number];

/**
 * The button that does something about a finding; nothing where it takes a terminal.
 */
export function ActionButton(props: {
  readonly action: IAction;
  readonly commands: CommandRegistry;

  /**
   * The id of the outcome it belongs to; `null` where it belongs to none and so cannot be planned.
   */
  readonly outcome: string | null;
}): JSX.Element | null {
  const { action, commands, outcome } = props;
  if (action.kind === 'restart-kernel') {
    return (
      <div className="jp-Envcheck-action">
        <CommandButton
          commands={commands}
          id={CommandIDs.restartKernel}
          look="primary"
        />
      </div>
    );
  }
  if (
    action.kind !== 'install' ||
    outcome === null ||
    action.recommended === null
  ) {
    return null;
  }
  return (
    <div className="jp-Envcheck-action">
      <CommandButton
        commands={commands}
        id={CommandIDs.plan}
        args={{ outcome, action: action.id, title: action.title }}
        look="primary"
      />
    </div>
  );
}

/**
 * Properties of an action.
 */
export interface IActionProps extends IComponentProps {
  readonly action: IAction;
  readonly system: string | null;
}

/**
 * What can be done about a finding by hand: by a command, or by steps.
 */
export function Action(props: IActionProps): JSX.Element | null {
  const { action, commands, system, trans } = props;
  switch (action.kind) {
    case 'install':
      return (
        <div className="jp-Envcheck-action">
          <Commands
            choices={action.commands}
            commands={commands}
            insertable
            recommended={action.recommended}
            system={system}
            trans={trans}
          />
        </div>
      );
    case 'create-environment':
    case 'run':
      return (
        <div className="jp-Envcheck-action">
          <p>{action.title}</p>
          <Commands
            choices={action.commands}
            commands={commands}
            insertable={false}
            system={system}
            trans={trans}
          />
        </div>
      );
    case 'set-environment': {
      const text = Object.entries(action.variables)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n');
      return (
        <div className="jp-Envcheck-action">
          <p>{action.title}</p>
          <code className="jp-Envcheck-command">{text}</code>
          <div className="jp-Envcheck-buttons">
            <CommandButton
              commands={commands}
              id={CommandIDs.copy}
              args={{ text }}
              done={trans.__('Copied')}
              name={trans.__('Copy the variables')}
            />
          </div>
        </div>
      );
    }
    case 'gui':
      return (
        <div className="jp-Envcheck-action">
          <p>{action.title}</p>
          <ol className="jp-Envcheck-steps">
            {action.steps.map((step, index) => (
              <li key={index}>{step}</li>
            ))}
          </ol>
        </div>
      );
    case 'restart-kernel':
      return null;
    case 'read':
      // The sources of the outcome are shown already; the guide has no section of its own yet.
      return null;
  }
}
