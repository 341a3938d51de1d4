import type { TranslationBundle } from '@jupyterlab/translation';
import type { Plan } from '../wire';
import { anyChange, doesSomething } from '../plans';
import { formatSize } from './sizes';

/**
 * What is planned, with `%1` for the environment's name.
 */
export function planTitle(
  { installer, wish }: Plan,
  trans: TranslationBundle
): string {
  const specs = wish.specs.join(', ');
  switch (wish.kind) {
    case 'install':
      return installer
        ? trans.__('Install %2 into %1 with %3:', '%1', specs, installer)
        : trans.__('Install %2 into %1:', '%1', specs);
    case 'remove':
      return trans.__('Remove %2 from %1:', '%1', specs);
    case 'update':
      return trans.__('Update %2 in %1:', '%1', specs);
    case 'reinstall':
      return trans.__('Reinstall %2 in %1:', '%1', specs);
    case 'create':
      return installer
        ? trans.__('Create the environment %1 with %2:', '%1', installer)
        : trans.__('Create the environment %1:', '%1');
    case 'register':
      return trans.__('Make the environment %1 a kernel:', '%1');
    case 'set-environment':
      return variablesTitle(Object.entries(wish.variables), trans);
    case 'back':
    case 'undo':
      return trans.__('Go back in %1 to the versions before that job:', '%1');
  }
}

/**
 * What carries the plan out, on a button.
 */
export function planAct(
  { kernelspec, target, wish }: Plan,
  trans: TranslationBundle
): string {
  switch (wish.kind) {
    case 'install':
      return trans.__('Install into %1', target.name);
    case 'remove':
      return trans.__('Remove from %1', target.name);
    case 'update':
      return trans.__('Update in %1', target.name);
    case 'reinstall':
      return trans.__('Reinstall in %1', target.name);
    case 'create':
      return trans.__('Create %1', target.name);
    case 'register':
    case 'set-environment':
      return trans.__(
        'Add the Kernel “%1”',
        kernelspec?.display_name ?? target.name
      );
    case 'back':
    case 'undo':
      return trans.__('Go Back in %1', target.name);
  }
}

/**
 * That nothing comes of it, with `%1` for the environment's name.
 */
export function planRefused({ wish }: Plan, trans: TranslationBundle): string {
  switch (wish.kind) {
    case 'install':
      return trans.__('Nothing will be installed into %1.', '%1');
    case 'remove':
      return trans.__('Nothing will be removed from %1.', '%1');
    case 'create':
      return trans.__('The environment %1 will not be created.', '%1');
    case 'register':
    case 'set-environment':
      return trans.__('No kernel will be added for %1.', '%1');
    case 'update':
    case 'reinstall':
    case 'back':
    case 'undo':
      return trans.__('Nothing will be changed in %1.', '%1');
  }
}

/**
 * What came of planning, in one sentence.
 */
export function planNews(plan: Plan, trans: TranslationBundle): string {
  const { refusal, warnings, wish } = plan;
  if (refusal) {
    return refusal.text;
  }
  if (doesSomething(plan)) {
    return trans.__('The plan is ready, and nothing is changed yet.');
  }
  return (
    warnings.at(0) ??
    (wish.kind === 'remove'
      ? trans.__('Nothing asked for is there to be removed.')
      : wish.kind === 'update'
        ? trans.__('Everything asked for is as new as it can be.')
        : wish.kind === 'back'
          ? trans.__('All versions are as they were before that job.')
          : trans.__('Everything asked for is there already.'))
  );
}

/**
 * What follows from carrying it out, in sentences.
 */
export function planConsequences(
  plan: Plan,
  trans: TranslationBundle
): string[] {
  const { changes, kernelspec, restart, undo, wish } = plan;
  const words = roomWords(plan, trans);
  // In an environment that is made, nothing runs yet.
  if (anyChange(changes) && wish.kind !== 'create') {
    if (changes.remove.length === 0) {
      words.push(trans.__('Nothing is removed.'));
    }
    words.push(restartWords(restart, trans));
  }
  if (kernelspec) {
    words.push(
      trans.__('The notebook keeps its kernel until you choose the new one.')
    );
  }
  words.push(
    undo.possible
      ? trans.__('This can be undone.')
      : undo.reason
        ? trans.__('This cannot be undone: %1.', undo.reason)
        : trans.__('This cannot be undone.')
  );
  return words;
}

/**
 * How much comes, and how much room there is for it, in no sentence or one.
 */
function roomWords(
  { changes, disk }: Plan,
  trans: TranslationBundle
): string[] {
  const sizes = [...changes.install, ...changes.update].map(({ size }) => size);
  const sum = sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  const needed = disk?.needed ?? sum;
  if (needed === 0) {
    return [];
  }
  const size = formatSize(needed, trans);
  const free = disk?.free ?? null;
  if (free === null) {
    return sizes.includes(null)
      ? [trans.__('At least %1 to download.', size)]
      : [trans.__('%1 to download.', size)];
  }
  return sizes.includes(null)
    ? [
        trans.__(
          'At least %1 to download; %2 are free.',
          size,
          formatSize(free, trans)
        )
      ]
    : [trans.__('%1 to download; %2 are free.', size, formatSize(free, trans))];
}

/**
 * Whether the kernel must start anew, and because of what.
 */
function restartWords(
  { modules, needed }: Plan['restart'],
  trans: TranslationBundle
): string {
  if (!needed) {
    return trans.__('No kernel restart is needed.');
  }
  return modules.length > 0
    ? trans.__(
        'The kernel needs a restart afterwards, because it has imported %1.',
        modules.join(', ')
      )
    : trans.__(
        'The kernel needs a restart afterwards if it has imported what changes.'
      );
}

function variablesTitle(
  variables: ReadonlyArray<[string, string]>,
  trans: TranslationBundle
): string {
  // More than one would hide the sentence; the kernelspec shows them all.
  const [name, value] = variables[0];
  return variables.length === 1
    ? trans.__('Add a kernel for %1 that sets %2:', '%1', `${name}=${value}`)
    : trans.__(
        'Add a kernel for %1 that sets %2 variables:',
        '%1',
        variables.length
      );
}
