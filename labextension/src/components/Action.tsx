import React from 'react';
import { CommandIDs } from '../commandids';
import type { IPreferred } from '../preferences';
import type { IAction } from '../wishes';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Commands } from './Commands';
import { Steps } from './Steps';

/**
 * Properties of an action.
 */
export interface IActionProps extends IComponentProps {
  readonly action: IAction;

  /**
   * The actions that it is one of.
   */
  readonly beside: ReadonlyArray<IAction>;
  readonly preferred: IPreferred;
  readonly system: string | null;
}

/**
 * What can be done about a finding by hand: by a command, or by steps.
 */
export function Action(props: IActionProps): JSX.Element | null {
  const { action, beside, commands, preferred, system, trans } = props;
  switch (action.kind) {
    case 'install':
    case 'remove':
      return action.commands.length === 0 ? null : (
        <div className="jp-Envcheck-action">
          <Commands
            choices={action.commands}
            commands={commands}
            insertable
            preferred={preferred}
            recommended={action.recommended}
            steps={Private.steps(beside)}
            system={system}
            trans={trans}
          />
        </div>
      );
    case 'create-environment':
    case 'register-kernel':
    case 'run':
      return action.commands.length === 0 ? null : (
        <div className="jp-Envcheck-action">
          <p>
            {action.kind === 'run'
              ? action.title
              : trans.__('Or in a terminal:')}
          </p>
          <Commands
            choices={action.commands}
            commands={commands}
            insertable={false}
            preferred={preferred}
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
      return Private.isTab(action, beside) ? null : (
        <div className="jp-Envcheck-action">
          <p>{action.title}</p>
          <Steps steps={action.steps} />
        </div>
      );
    case 'repair':
    case 'restart-kernel':
      return null;
    case 'read':
      return commands.hasCommand(CommandIDs.openGuide) ? (
        <div className="jp-Envcheck-action">
          <CommandButton
            commands={commands}
            id={CommandIDs.openGuide}
            args={{ entry: action.entry, title: action.title }}
            look="quiet"
            name={trans.__('Read in the guide: %1', action.title)}
          />
        </div>
      ) : null;
  }
}

namespace Private {
  /**
   * Navigator's steps among some actions.
   */
  export function steps(
    actions: ReadonlyArray<IAction>
  ): ReadonlyArray<string> {
    return actions.flatMap(action =>
      action.kind === 'gui' && action.id === 'navigator' ? action.steps : []
    );
  }

  /**
   * Whether these steps are shown as a tab beside the commands of another action.
   */
  export function isTab(
    action: IAction,
    beside: ReadonlyArray<IAction>
  ): boolean {
    return (
      action.id === 'navigator' &&
      beside.some(
        other =>
          (other.kind === 'install' || other.kind === 'remove') &&
          other.commands.length > 0
      )
    );
  }
}
