import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job } from '../wire';
import { isUndone } from '../jobs';
import { anyChange } from '../plans';
import { formatSize } from './sizes';

/**
 * What a job is about.
 *
 * @param others - Jobs among which may be the one that it takes back
 */
export function jobName(
  { plan }: Job,
  others: ReadonlyArray<Job>,
  trans: TranslationBundle
): string {
  const { kernelspec, target, wish } = plan;
  const specs = wish.specs.join(', ');
  const before = others.find(({ id }) => id === wish.job);
  switch (wish.kind) {
    case 'install':
      return trans.__('Install %1 into %2', specs, target.name);
    case 'remove':
      return trans.__('Remove %1 from %2', specs, target.name);
    case 'update':
      return trans.__('Update %1 in %2', specs, target.name);
    case 'reinstall':
      return trans.__('Reinstall %1 in %2', specs, target.name);
    case 'create':
      return trans.__('Create the environment %1', target.name);
    case 'register':
    case 'set-environment':
      return trans.__(
        'Add the kernel “%1”',
        kernelspec?.display_name ?? target.name
      );
    case 'back':
      return before
        ? trans.__('Go back to before: %1', jobName(before, others, trans))
        : trans.__('Go back to earlier versions in %1', target.name);
    case 'undo':
      return before
        ? trans.__('Undo of: %1', jobName(before, others, trans))
        : trans.__('Undo in %1', target.name);
  }
}

/**
 * What became of a job, in a word or two.
 */
export function jobState(
  job: Job,
  others: ReadonlyArray<Job>,
  trans: TranslationBundle
): string {
  if (isUndone(job, others)) {
    return trans.__('undone');
  }
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
        ? jobDone(job, trans)
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
 * What a job that went as planned has brought about.
 */
function jobDone({ plan }: Job, trans: TranslationBundle): string {
  const { kernelspec, target, wish } = plan;
  switch (wish.kind) {
    case 'create':
      return trans.__('Done: the environment “%1” is there.', target.name);
    case 'register':
    case 'set-environment':
      return trans.__(
        'Done: the kernel “%1” is there.',
        kernelspec?.display_name ?? target.name
      );
    case 'undo':
      return trans.__('Done: all is as it was before.');
    case 'back':
      return trans.__('Done: the versions are those of before.');
    case 'install':
    case 'remove':
    case 'update':
    case 'reinstall':
      return trans.__('Done: all planned changes are there.');
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
  const { gone, modules } = verdict.restart;
  if (modules.length === 0 || !witnessed) {
    return {
      text: trans.__('Restart the kernel if it has imported what changed.'),
      certain: false
    };
  }
  const text = staleWords(modules, gone, plan.wish.kind, trans);
  return { text, certain: true };
}

/**
 * What the kernel goes on with until it is restarted: what changed, and what is gone.
 */
function staleWords(
  modules: ReadonlyArray<string>,
  gone: ReadonlyArray<string>,
  kind: Job['plan']['wish']['kind'],
  trans: TranslationBundle
): string {
  const changed = modules.filter(name => !gone.includes(name)).join(', ');
  const words = [];
  if (changed) {
    words.push(
      ['back', 'undo'].includes(kind)
        ? trans.__(
            'The kernel still uses the other %1 until it is restarted.',
            changed
          )
        : trans.__(
            'The kernel still uses the old %1 until it is restarted.',
            changed
          )
    );
  }
  if (gone.length > 0) {
    words.push(
      trans.__(
        'The kernel still has %1 imported, which is gone, until it is restarted.',
        gone.join(', ')
      )
    );
  }
  return words.join(' ');
}

/**
 * How much room the files of before a job take, and until when; `null` where none are kept.
 */
export function jobKept(
  { undo }: Job,
  trans: TranslationBundle
): string | null {
  if (!undo.space) {
    return null;
  }
  const size = formatSize(undo.space, trans);
  return undo.until
    ? trans.__(
        '%1 are kept for undo until %2.',
        size,
        new Date(undo.until).toLocaleDateString()
      )
    : trans.__('%1 are kept for undo.', size);
}
