import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import React from 'react';
import { CommandIDs } from '../commandids';
import type { IAction } from '../wishes';
import { draftOf } from '../wishes';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';

/**
 * Properties of an action's button.
 */
export interface IActionButtonProps extends IComponentProps {
  readonly action: IAction;

  /**
   * What it is an action of, by its id: a finding, or a plan in whose place it would work.
   */
  readonly of: { readonly outcome: string } | { readonly plan: string };
}

/**
 * The button that does something about a finding; nothing where it takes a terminal.
 */
export function ActionButton(props: IActionButtonProps): JSX.Element | null {
  const does = Private.does(props);
  return (
    does && (
      <div className="jp-Envcheck-action">
        <CommandButton commands={props.commands} look="primary" {...does} />
      </div>
    )
  );
}

namespace Private {
  /**
   * The command that an action is, and with what.
   */
  export function does(props: IActionButtonProps): {
    readonly id: string;
    readonly args?: ReadonlyPartialJSONObject;
  } | null {
    const { action, of, trans } = props;
    const plan = (title: string) => ({
      id: 'outcome' in of ? CommandIDs.plan : CommandIDs.planAlternative,
      args: { ...of, action: action.id, title }
    });
    switch (action.kind) {
      case 'install':
      case 'remove':
        // Where no installer fits, a plan of it would be refused.
        return action.recommended === null && 'outcome' in of
          ? null
          : plan(action.title);
      case 'register-kernel':
        return plan(action.title);
      case 'set-environment': {
        const [first, ...more] = Object.entries(action.variables).map(
          ([name, value]) => `${name}=${value}`
        );
        return plan(
          more.length === 0
            ? trans.__('Set %1 in a New Kernel…', first)
            : trans.__('Set %1 Variables in a New Kernel…', more.length + 1)
        );
      }
      case 'create-environment':
        if (action.build.length > 0 && 'plan' in of) {
          return plan(action.title);
        }
        return {
          id: CommandIDs.draftEnvironment,
          args: {
            ...draftOf(action),
            ...('plan' in of && { plan: of.plan }),
            title: `${action.title.replace(/…$/, '')}…`
          }
        };
      case 'repair':
        return { id: CommandIDs.repair, args: { id: action.job } };
      case 'restart-kernel':
        return { id: CommandIDs.restartKernel };
      case 'gui':
      case 'read':
      case 'run':
        return null;
    }
  }
}
