import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../wire';
import { anyChange } from '../plans';

/**
 * What a job is about.
 */
export function jobName({ plan }: Job, trans: TranslationBundle): string {
  const specs = plan.wish.specs.join(', ');
  return plan.wish.kind === 'remove'
    ? trans.__('Remove %1 from %2', specs, plan.target.name)
    : trans.__('Install %1 into %2', specs, plan.target.name);
}

/**
 * What became of a job, in a word or two.
 */
export function jobState(job: Job, trans: TranslationBundle): string {
  switch (job.state) {
    case 'queued':
      return trans.__('waiting');
    case 'running':
      return trans.__('running');
    case 'succeeded':
      return job.verdict && !job.verdict.planned
        ? trans.__('not as planned')
        : trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('cancelled');
    case 'interrupted':
      return trans.__('interrupted');
    case 'changed':
      return trans.__('not started: the environment had changed');
  }
}

/**
 * What a running job is doing.
 */
export function jobPhase(job: Job, trans: TranslationBundle): string {
  if (job.state === 'queued') {
    return trans.__('Waiting');
  }
  switch (job.phase) {
    case null:
      return trans.__('Starting');
    case 'resolving':
      return trans.__('Resolving');
    case 'downloading':
      return trans.__('Downloading');
    case 'installing':
      return trans.__('Installing');
    case 'verifying':
      return trans.__('Looking at the result');
  }
}

/**
 * What came of a job that ended, in a sentence.
 */
export function jobResult(job: Job, trans: TranslationBundle): string {
  const { name } = job.plan.target;
  switch (job.state) {
    case 'succeeded':
      if (!job.verdict) {
        return trans.__('Done, but the result could not be looked at.');
      }
      return job.verdict.planned
        ? trans.__('Done: all planned changes are there.')
        : trans.__(
            'The installer ended, but not all planned changes are there.'
          );
    case 'failed':
      return trans.__('This failed.');
    case 'cancelled':
      return job.verdict && !anyChange(job.verdict.changes)
        ? trans.__('Cancelled: nothing was changed.')
        : trans.__('Cancelled.');
    case 'interrupted':
      return trans.__('This was interrupted: “%1” may be half changed.', name);
    case 'changed':
      return trans.__(
        'Nothing was done: “%1” changed since the plan was made. Plan it again.',
        name
      );
    case 'queued':
    case 'running':
      return '';
  }
}

/**
 * What a job that ended says of the kernel in front, in a sentence.
 */
export interface IRestart {
  readonly text: string;

  /**
   * Whether the kernel is known to hold what is no longer there.
   */
  readonly certain: boolean;
}

/**
 * Why the kernel in front should be restarted after a job; `null` where it need not.
 *
 * @param prefix - The environment of that kernel
 * @param restarted - Whether it was started since
 * @param witnessed - Whether it could be seen all along that it was not
 */
export function jobRestart(
  { plan, verdict }: Job,
  prefix: string | null,
  restarted: boolean,
  witnessed: boolean,
  trans: TranslationBundle
): IRestart | null {
  if (!verdict?.restart.needed || restarted || plan.target.prefix !== prefix) {
    return null;
  }
  const { modules } = verdict.restart;
  if (modules.length === 0 || !witnessed) {
    return {
      text: trans.__('Restart the kernel if it has imported what changed.'),
      certain: false
    };
  }
  return {
    text: trans.__(
      'The kernel still uses the old %1 until it is restarted.',
      modules.join(', ')
    ),
    certain: true
  };
}
