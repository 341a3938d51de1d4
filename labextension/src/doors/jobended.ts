import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { jobName, jobResult } from '../components/jobwords';
import { wentWell } from '../jobs';
import type { Job } from '../wire';

/**
 * Notify of the end of a job: what came of it first, for a notification is cut off after some words.
 *
 * @param show - What shows more of it
 */
export function tellEnd(
  job: Job,
  show: () => void,
  trans: TranslationBundle
): void {
  const good = wentWell(job);
  const broken = job.verdict?.broken ?? [];
  const result =
    job.failure?.message ??
    (job.state === 'succeeded' && job.verdict?.planned && broken.length > 0
      ? trans.__('Done, but this is broken since: %1.', broken.join(', '))
      : jobResult(job, trans));
  Notification.emit(
    `${result} (${jobName(job, [], trans)})`,
    good
      ? 'success'
      : job.state === 'succeeded'
        ? 'warning'
        : job.state === 'cancelled'
          ? 'info'
          : 'error',
    {
      autoClose: good ? 10_000 : false,
      actions: [{ label: trans.__('Show'), callback: show }]
    }
  );
}
