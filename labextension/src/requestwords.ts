import type { TranslationBundle } from '@jupyterlab/translation';
import { commandLine } from './commandline';
import { kindName } from './components/kinds';
import { changesPackages } from './plans';
import type { Command, Outcome, Plan, Report } from './wire';

/**
 * A request for whoever may install: what is wanted, where, why, and the exact command.
 *
 * @param report - The report on the environment in front, which may tell why
 */
export function requestWords(
  plan: Plan,
  report: Report | null,
  trans: TranslationBundle
): string {
  const { changes, target, wish } = plan;
  const here = report?.facts.environment.value;
  const known = here?.prefix === target.prefix ? here : null;
  const python = known && report?.facts.interpreter.value?.version;
  const found = changesPackages(plan)
    ? Private.reason(report?.outcomes ?? [], wish.specs)
    : null;
  const system = report?.facts.machine.value?.system ?? null;
  const argvs = found?.commands.map(({ argv }) => argv) ?? plan.argv;
  const versions = [...changes.install, ...changes.update].map(change =>
    'version' in change
      ? `${change.name} ${change.version}`
      : `${change.name} ${change.old} → ${change.new}`
  );
  const where = known
    ? [
        kindName(known.kind, trans),
        ...(python ? [trans.__('Python %1', python)] : [])
      ].join(', ')
    : '';
  return [
    trans.__('Could you please do this for me? I may not install here myself.'),
    '',
    trans.__('What: %1', Private.act(plan, trans)),
    where
      ? trans.__('Where: %1, %2 (%3)', target.name, target.prefix, where)
      : trans.__('Where: %1, %2', target.name, target.prefix),
    ...(found ? [trans.__('Why: %1.', found.title.replace(/\.$/, ''))] : []),
    ...(argvs.length > 0
      ? ['', ...argvs.map(argv => `    ${commandLine(argv, system)}`)]
      : []),
    ...(versions.length > 0
      ? ['', trans.__('It would bring: %1.', versions.join(', '))]
      : []),
    ''
  ].join('\n');
}

namespace Private {
  /**
   * The finding that asks for these packages, and how that is done by hand.
   */
  export function reason(
    outcomes: ReadonlyArray<Outcome>,
    specs: ReadonlyArray<string>
  ): { readonly title: string; readonly commands: Command[] } | null {
    for (const { actions, title } of outcomes) {
      for (const action of actions) {
        if (
          (action.kind === 'install' || action.kind === 'remove') &&
          action.specs.join(' ') === specs.join(' ')
        ) {
          const { commands, recommended } = action;
          return {
            title,
            commands: commands.filter(({ manager }) => manager === recommended)
          };
        }
      }
    }
    return null;
  }

  export function act(
    { kernelspec, target, wish }: Plan,
    trans: TranslationBundle
  ): string {
    const specs = wish.specs.join(', ');
    switch (wish.kind) {
      case 'install':
        return trans.__('install %1', specs);
      case 'update':
        return trans.__('update %1', specs);
      case 'reinstall':
        return trans.__('reinstall %1', specs);
      case 'remove':
        return trans.__('remove %1', specs);
      case 'create':
        return specs
          ? trans.__('create the environment %1 with %2', target.name, specs)
          : trans.__('create the environment %1', target.name);
      case 'register':
      case 'set-environment':
        return trans.__(
          'add the kernel “%1”',
          kernelspec?.display_name ?? target.name
        );
      case 'back':
      case 'undo':
        return trans.__('go back to earlier versions');
    }
  }
}
