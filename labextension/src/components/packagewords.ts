import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPackageRow } from '../packagerows';

/**
 * What is to be said of a package in its line: what is out of the ordinary first.
 */
export function packageWords(
  row: IPackageRow,
  newest: string | null,
  trans: TranslationBundle
): string {
  return [
    row.running && trans.__('kernel still uses %1', row.running),
    newest && trans.__('%1 is out', newest),
    row.metadata?.editable && trans.__('editable'),
    row.native && trans.__('not a Python package'),
    row.by ?? trans.__('installer unknown')
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * Who installed a package, in a sentence.
 */
export function installedBy(
  { by, metadata, native }: IPackageRow,
  trans: TranslationBundle
): string {
  const url = metadata?.direct_url?.url;
  if (metadata?.editable) {
    return url
      ? trans.__('Editable: its code is used where it lies, in %1.', url)
      : trans.__('Editable: its code is used where it lies.');
  }
  if (native) {
    return trans.__('conda installed it. It is not a Python package.');
  }
  if (by === null) {
    return trans.__('It is not known who installed it.');
  }
  return url
    ? trans.__('%1 installed it, from %2.', by, url)
    : trans.__('%1 installed it.', by);
}

/**
 * Which packages need one, in a sentence; `null` where none does.
 */
export function neededBy(
  names: ReadonlyArray<string>,
  trans: TranslationBundle
): string | null {
  const shown = names.slice(0, Private.SHOWN).join(', ');
  const more = names.length - Private.SHOWN;
  if (names.length === 0) {
    return null;
  }
  return more > 0
    ? trans._n(
        'Needed by %2 and %1 more.',
        'Needed by %2 and %1 more.',
        more,
        shown
      )
    : trans.__('Needed by %1.', shown);
}

namespace Private {
  /**
   * How many are named.
   */
  export const SHOWN = 4;
}
