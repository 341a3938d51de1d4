import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Why an environment cannot be called that; `null` where it can, as far as the page can tell.
 */
export function nameProblem(
  name: string,
  trans: TranslationBundle
): string | null {
  if (name === '') {
    return trans.__('Give the environment a name.');
  }
  if (name.length > Private.LONGEST) {
    return trans.__('Use at most %1 characters.', Private.LONGEST);
  }
  return /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/.test(name)
    ? null
    : trans.__(
        'Use only letters, digits, hyphens and underscores, and dots between them.'
      );
}

/**
 * Why there is no such Python; `null` where there may be one, or none is asked for.
 */
export function pythonProblem(
  version: string,
  trans: TranslationBundle
): string | null {
  return version === '' || /^\d{1,2}\.\d{1,3}(\.\d{1,3})?$/.test(version)
    ? null
    : trans.__('Write the version as numbers, such as 3.13.');
}

namespace Private {
  export const LONGEST = 50;
}
