import { classes } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commandids';
import { errorIcon, runningIcon, warningIcon, wellIcon } from '../icons';
import { canGoBack, isRunning, isUndone } from '../jobs';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { jobName, jobState } from './jobwords';
import { formatSize } from './sizes';

/**
 * Properties of a job of the history.
 */
export interface IPastProps extends IComponentProps {
  readonly job: Job;

  /**
   * Jobs among which may be one that takes it back.
   */
  readonly others: ReadonlyArray<Job>;
}

/**
 * One line about another job, and what can be done about it now.
 */
export function Past(props: IPastProps): JSX.Element {
  const { commands, job, others, trans } = props;
  const undone = isUndone(job, others);
  const Icon = isRunning(job)
    ? runningIcon
    : job.state === 'succeeded'
      ? wellIcon
      : job.state === 'cancelled'
        ? warningIcon
        : errorIcon;
  const when = job.ended ?? job.started;
  const name = jobName(job, others, trans);
  const words = [
    jobState(job, others, trans),
    when && new Date(when).toLocaleString(),
    job.undo.space && trans.__('%1 kept', formatSize(job.undo.space, trans))
  ];
  const button = (id: string, title: string): JSX.Element => (
    <CommandButton
      commands={commands}
      id={id}
      args={{ id: job.id }}
      look="quiet"
      name={title}
    />
  );
  return (
    <div className={classes('jp-Envcheck-past', `jp-mod-${job.state}`)}>
      <Icon.react tag="span" aria-hidden />
      <div>
        {undone ? <s>{name}</s> : name}
        <span className="jp-Envcheck-label">
          {words.filter(Boolean).join(' · ')}
        </span>
        <div className="jp-Envcheck-buttons">
          {isRunning(job) &&
            button(CommandIDs.cancelJob, trans.__('Cancel: %1', name))}
          {job.undo.possible &&
            (job.state === 'interrupted'
              ? button(CommandIDs.repair, trans.__('Repair: %1', name))
              : button(CommandIDs.undoJob, trans.__('Undo: %1', name)))}
          {canGoBack(job, others) &&
            button(CommandIDs.goBack, trans.__('Go back to before: %1', name))}
          {Boolean(job.undo.space) &&
            job.state !== 'interrupted' &&
            button(
              CommandIDs.freeUndo,
              trans.__('Free what is kept of: %1', name)
            )}
        </div>
      </div>
    </div>
  );
}
