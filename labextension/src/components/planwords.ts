import type { TranslationBundle } from '@jupyterlab/translation';
import type { Plan } from '../wire';
import { anyChange } from '../plans';
import { formatSize } from './Changes';

/**
 * What is planned, with `%1` for the environment's name.
 */
export function planTitle(
  { installer, wish }: Plan,
  trans: TranslationBundle
): string {
  const specs = wish.specs.join(', ');
  if (wish.kind === 'remove') {
    return trans.__('Remove %2 from %1:', '%1', specs);
  }
  return installer
    ? trans.__('Install %2 into %1 with %3:', '%1', specs, installer)
    : trans.__('Install %2 into %1:', '%1', specs);
}

/**
 * That nothing comes of it, with `%1` for the environment's name.
 */
export function planRefused({ wish }: Plan, trans: TranslationBundle): string {
  return wish.kind === 'remove'
    ? trans.__('Nothing will be removed from %1.', '%1')
    : trans.__('Nothing will be installed into %1.', '%1');
}

/**
 * What came of planning, in one sentence.
 */
export function planNews(plan: Plan, trans: TranslationBundle): string {
  const { changes, refusal, warnings, wish } = plan;
  if (refusal) {
    return refusal.text;
  }
  if (anyChange(changes)) {
    return trans.__('The plan is ready, and nothing is changed yet.');
  }
  return (
    warnings.at(0) ??
    (wish.kind === 'remove'
      ? trans.__('Nothing asked for is there to be removed.')
      : trans.__('Everything asked for is there already.'))
  );
}

/**
 * What follows from carrying it out, in sentences.
 */
export function planConsequences(
  { changes, restart, undo }: Plan,
  trans: TranslationBundle
): string[] {
  const sizes = [...changes.install, ...changes.update].map(({ size }) => size);
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const words: string[] = [];
  if (total > 0) {
    words.push(
      sizes.includes(null)
        ? trans.__('At least %1 to download.', formatSize(total, trans))
        : trans.__('%1 to download.', formatSize(total, trans))
    );
  }
  if (changes.remove.length === 0) {
    words.push(trans.__('Nothing is removed.'));
  }
  words.push(restartWords(restart, trans));
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
