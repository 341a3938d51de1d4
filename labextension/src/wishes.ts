import type { IWish } from './api';
import type { IDraft } from './plans';
import type { Outcome, Plan } from './wire';

/**
 * Something that would mend a finding, or would work in place of a plan.
 */
export type IAction = Outcome['actions'][number];

/**
 * What would work in place of a plan, or beside it.
 */
export function alternatives(plan: Plan): ReadonlyArray<IAction> {
  return plan.refusal?.alternatives ?? plan.alternatives;
}

/**
 * The wish that an action is; `null` where it is none, or has to be asked about first.
 */
export function wishOf(action: IAction): IWish | null {
  switch (action.kind) {
    case 'install':
      return {
        kind: action.wish,
        specs: action.specs,
        ...(action.build.length > 0 && { build: action.build })
      };
    case 'remove':
      return { kind: 'remove', specs: action.specs };
    case 'register-kernel':
      return { kind: 'register', prefix: action.prefix };
    case 'set-environment':
      return { kind: 'set-environment', variables: action.variables };
    case 'create-environment':
      // The form cannot carry the consent to build: what a link in a notebook says would fill it.
      return action.build.length > 0
        ? {
            kind: 'create',
            name: action.name,
            specs: action.specs,
            python: action.python,
            build: action.build
          }
        : null;
    case 'gui':
    case 'read':
    case 'repair':
    case 'restart-kernel':
    case 'run':
      return null;
  }
}

/**
 * What the user is asked about where an action makes an environment.
 */
export function draftOf(
  action: Extract<IAction, { kind: 'create-environment' }>
): IDraft {
  return {
    name: action.name,
    packages: action.specs.join(' '),
    python: action.python ?? '',
    ...(action.channels.length > 0 && { channels: action.channels.join(' ') })
  };
}

/**
 * The wish for the environment that a user described.
 */
export function environmentWish(draft: IDraft): IWish {
  const { name } = draft;
  const words = (text = ''): string[] => text.split(/\s+/).filter(Boolean);
  const channels = words(draft.channels);
  return {
    kind: 'create',
    name,
    specs: words(draft.packages),
    python: draft.python || null,
    ...(channels.length > 0 && { channels })
  };
}
