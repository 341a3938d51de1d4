import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { adviceIcon, errorIcon, noteIcon, warningIcon } from '../icons';
import type { Severity } from '../wire';

/**
 * All severities, worst first.
 */
export const SEVERITIES: ReadonlyArray<Severity> = [
  'error',
  'warning',
  'advice',
  'info'
];

/**
 * The icon of a severity. It never stands alone: its colour and shape are not for everyone.
 */
export function severityIcon(severity: Severity): LabIcon {
  switch (severity) {
    case 'error':
      return errorIcon;
    case 'warning':
      return warningIcon;
    case 'advice':
      return adviceIcon;
    case 'info':
      return noteIcon;
  }
}

/**
 * What a finding of a severity is called.
 */
export function severityName(
  severity: Severity,
  trans: TranslationBundle
): string {
  switch (severity) {
    case 'error':
      return trans.__('Problem');
    case 'warning':
      return trans.__('Warning');
    case 'advice':
      return trans.__('Suggestion');
    case 'info':
      return trans.__('Note');
  }
}

/**
 * How many findings of a severity there are, in words.
 */
export function severityCount(
  severity: Severity,
  count: number,
  trans: TranslationBundle
): string {
  switch (severity) {
    case 'error':
      return trans._n('%1 problem', '%1 problems', count);
    case 'warning':
      return trans._n('%1 warning', '%1 warnings', count);
    case 'advice':
      return trans._n('%1 suggestion', '%1 suggestions', count);
    case 'info':
      return trans._n('%1 note', '%1 notes', count);
  }
}
