import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Changes } from './components/Changes';
import { jobName } from './components/jobwords';
import { formatSize } from './components/sizes';
import { anyChange } from './plans';
import type { Changes as IChanges, Job } from './wire';

/**
 * Ask whether a job is to be taken back, and say what comes back.
 *
 * @param spec - The name of the kernelspec that the document in front runs with
 * @param since - What others are known to have changed since a job that was interrupted
 */
export async function askToUndo(
  job: Job,
  spec: string | null,
  since: ReadonlyArray<string>,
  trans: TranslationBundle
): Promise<boolean> {
  const { kernelspec, target, wish } = job.plan;
  const half = job.state === 'interrupted';
  const changes = reversed(job.verdict?.changes ?? job.plan.changes);
  const inUse = kernelspec !== null && kernelspec.name === spec;
  return ask(
    trans.__('Undo: %1?', jobName(job, [], trans)),
    <div className="jp-Envcheck-question">
      <p>
        {wish.kind === 'create'
          ? trans.__(
              'The environment “%1” and its kernel are taken away.',
              target.name
            )
          : kernelspec
            ? anyChange(changes)
              ? trans.__(
                  'The kernel “%1” is taken away, and the environment “%2” is put back as it was before.',
                  kernelspec.display_name,
                  target.name
                )
              : trans.__(
                  'The kernel “%1” is taken away.',
                  kernelspec.display_name
                )
            : trans.__(
                'The environment “%1” is put back as it was before.',
                target.name
              )}{' '}
        {wish.kind !== 'create' &&
          anyChange(changes) &&
          // What a job left half done cannot be told from what came after it.
          (half
            ? trans.__('What was installed or removed since goes back, too.')
            : trans.__('What you installed since stays.'))}
      </p>
      {since.length > 0 && (
        <p>{trans.__('By somebody else since: %1.', since.join(', '))}</p>
      )}
      <p className="jp-Envcheck-path">
        {wish.kind !== 'create' && kernelspec
          ? kernelspec.folder
          : target.prefix}
      </p>
      {inUse && (
        <p>
          {trans.__(
            'The kernel in front is this one: choose another for it afterwards.'
          )}
        </p>
      )}
      {wish.kind !== 'create' && anyChange(changes) && (
        <Changes changes={changes} trans={trans} />
      )}
      {wish.kind !== 'create' && replaces(changes) && (
        <p>
          {trans.__(
            'The kernel needs a restart afterwards if it has imported what changes.'
          )}
        </p>
      )}
    </div>,
    trans.__('Undo'),
    trans
  );
}

/**
 * Ask whether the files of before a job are to go for good.
 */
export async function askToFree(
  job: Job,
  trans: TranslationBundle
): Promise<boolean> {
  const size = formatSize(job.undo.space ?? 0, trans);
  return ask(
    trans.__('Free %1?', size),
    trans.__(
      'The files of before this job go: “%1” cannot be undone after that.',
      jobName(job, [], trans)
    ),
    trans.__('Free %1', size),
    trans
  );
}

/**
 * Ask whether the document in front is to get another kernel, and say what that costs.
 *
 * @param title - What that kernel is called
 * @param lost - How many variables the running one holds; `null` where that is not known
 */
export async function askToUse(
  title: string,
  lost: number | null,
  trans: TranslationBundle
): Promise<boolean> {
  return ask(
    trans.__('Use “%1”?', title),
    lost === null
      ? trans.__('The running kernel ends: its variables would be lost.')
      : lost === 0
        ? trans.__('The running kernel ends. It holds no variables.')
        : trans._n(
            'The running kernel ends: its %1 variable would be lost.',
            'The running kernel ends: its %1 variables would be lost.',
            lost
          ),
    trans.__('Use “%1”', title),
    trans
  );
}

/**
 * Say that the document in front did not get that kernel.
 */
export async function sayUnused(
  title: string,
  error: unknown,
  trans: TranslationBundle
): Promise<void> {
  await showErrorMessage(
    trans.__('“%1” could not be started', title),
    error instanceof Error ? error : String(error)
  );
}

async function ask(
  title: string,
  body: Dialog.Body<unknown>,
  yes: string,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: yes })
    ]
  });
  return button.accept;
}

/**
 * Whether files go that a kernel can have loaded.
 */
function replaces({ remove, update }: IChanges): boolean {
  return remove.length + update.length > 0;
}

/**
 * The changes that take changes back.
 */
function reversed({ install, remove, update }: IChanges): IChanges {
  return {
    install: remove.map(gone => ({ ...gone, size: null })),
    remove: install.map(({ name, version, by, build, channel }) => ({
      name,
      version,
      by,
      build,
      channel
    })),
    update: update.map(change => ({
      ...change,
      old: change.new,
      new: change.old,
      size: null,
      old_build: change.build,
      build: change.old_build,
      old_channel: change.channel,
      channel: change.old_channel
    }))
  };
}
