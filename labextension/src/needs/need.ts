import type { IAction } from '../wishes';
import type { Outcome, Report } from '../wire';
import type { IHint } from './kinds';

/**
 * What a cell that was run needs, and what would mend it.
 */
export interface INeed {
  /**
   * When the report was made that tells of it; `null` where none was.
   */
  readonly at: string | null;

  /**
   * The finding about it.
   */
  readonly outcome: Outcome;

  /**
   * What is to be installed by the line's own button, where the finding has no action for it: what
   * the cell itself asked an installer for.
   */
  readonly specs: ReadonlyArray<string>;

  /**
   * The finding that says where it is instead; `null` where none does.
   */
  readonly elsewhere: Outcome | null;

  /**
   * What people call the environment; `null` where it is not known.
   */
  readonly environment: string | null;

  /**
   * The system of the kernel's machine, as `facts.machine.system` names it.
   */
  readonly system: string | null;
}

/**
 * What a report says about a cell that was run; `null` where it says nothing of it.
 *
 * @param cell - The cell's id
 */
export function needOf(
  hint: IHint,
  report: Report,
  cell: string
): INeed | null {
  const findings = report.outcomes.filter(({ status }) => status === 'finding');
  const lines = (report.facts.notebook.value?.installs ?? []).filter(
    line => line.cell === cell && line.way === 'shell'
  );
  const outcome = findings.find(({ check, evidence, id }) => {
    switch (hint.kind) {
      case 'missing':
        return id === `missing-import:${hint.name}`;
      case 'numpy':
        return check === 'numpy-abi-break' || check === 'numpy-import-fails';
      case 'driver':
        return check === 'driver-too-old' || check === 'driver-broken';
      case 'install':
        return (
          check === 'shell-install-elsewhere' &&
          lines.some(({ text }) => evidence.some(({ value }) => value === text))
        );
      case 'died':
        return id === `kernel-died:${cell}`;
    }
  });
  return outcome
    ? {
        ...aboutReport(report),
        elsewhere:
          (hint.kind === 'missing' &&
            findings.find(
              ({ id }) => id === `installed-elsewhere:${hint.name}`
            )) ||
          null,
        outcome,
        specs:
          hint.kind === 'install'
            ? [...new Set(lines.flatMap(line => line.specs))]
            : []
      }
    : null;
}

/**
 * The one action that mends a need, by a plan; `null` where there is none.
 */
export function mendingAction(need: INeed): IAction | null {
  const { actions } = need.outcome;
  const [first] = actions;
  switch (first?.kind) {
    case 'install':
    case 'remove':
      // Where no installer fits, a plan of it would be refused.
      return first.recommended === null ? null : first;
    case 'set-environment':
      return first;
    default:
      // Where nothing may be changed, as in a Python of the operating system.
      return actions.find(({ kind }) => kind === 'create-environment') ?? null;
  }
}

/**
 * The package that is known for certain to bring what is missing; `null` where none is.
 */
export function verifiedSpec({ outcome }: INeed): string | null {
  const action = outcome.actions.find(
    one => one.kind === 'install' || one.kind === 'create-environment'
  );
  return action && 'specs' in action ? (action.specs[0] ?? null) : null;
}

function aboutReport(
  report: Report
): Pick<INeed, 'at' | 'environment' | 'system'> {
  return {
    at: report.at,
    environment: report.facts.environment.value?.name ?? null,
    system: report.facts.machine.value?.system ?? null
  };
}
