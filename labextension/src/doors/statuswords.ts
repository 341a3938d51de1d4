import type { TranslationBundle } from '@jupyterlab/translation';
import { severityCount } from '../components/severity';
import type { IShown } from '../dismissals';
import type { Report } from '../wire';

/**
 * An environment in a few words: its name, its Python, and the worst that is wrong with it.
 *
 * @param report - What is known of it; `null` where nobody looked yet
 * @param shown - That without what is dismissed
 * @param spec - What the kernelspec is called
 */
export function statusText(
  report: Report | null,
  shown: IShown | null,
  spec: string,
  trans: TranslationBundle
): string {
  if (!report || !shown) {
    return spec;
  }
  const { environment, interpreter } = report.facts;
  const words = [environment.value?.name ?? spec];
  const python = interpreter.value?.version.match(/^\d+\.\d+/)?.[0];
  if (python) {
    words.push(trans.__('Python %1', python));
  }
  const worst = (['error', 'warning'] as const).find(
    severity => shown.summary[severity] > 0
  );
  if (worst) {
    words.push(severityCount(worst, shown.summary[worst], trans));
  }
  return words.join(' · ');
}

/**
 * The same in more words: where that is, all counts, and when it was looked at.
 */
export function statusCaption(
  report: Report | null,
  shown: IShown | null,
  trans: TranslationBundle
): string {
  if (!report || !shown) {
    return trans.__('Check the environment of this kernel');
  }
  const { environment } = report.facts;
  const counts = (['error', 'warning', 'advice', 'info'] as const)
    .filter(severity => shown.summary[severity] > 0)
    .map(severity => severityCount(severity, shown.summary[severity], trans));
  if (shown.dismissed.length > 0) {
    counts.push(
      trans._n('%1 dismissed', '%1 dismissed', shown.dismissed.length)
    );
  }
  return [
    environment.value?.prefix,
    counts.join(' · ') || trans.__('No problems found.'),
    trans.__('Looked at %1.', new Date(report.at).toLocaleString())
  ]
    .filter(Boolean)
    .join('\n');
}
