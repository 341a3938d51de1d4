import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../wire';
import { anyChange } from './Changes';

/**
 * Whether a job is still going to change something.
 */
export function isRunning({ state }: Job): boolean {
  return state === 'queued' || state === 'running';
}

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
