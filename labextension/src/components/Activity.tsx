import { classes } from '@jupyterlab/ui-components';
import React from 'react';
import type { IProblem } from '../api';
import { CommandIDs } from '../commandids';
import { adviceIcon, errorIcon, warningIcon, wellIcon } from '../icons';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { JobStatus } from './JobStatus';
import { isRunning, jobName, jobState } from './jobwords';
import { Problem } from './Problem';

/**
 * Properties of the activity.
 */
export interface IActivityProps extends IComponentProps {
  readonly earlier: ReadonlyArray<Job>;
  readonly job: Job | null;

  /**
   * The environment of the kernel in front, which is the one that a restart would help.
   */
  readonly prefix: string | null;
  readonly problem: IProblem | null;
}

/**
 * What runs, what ran last, and what ran before that.
 */
export function Activity(props: IActivityProps): JSX.Element {
  const { commands, earlier, job, prefix, problem, trans } = props;
  return (
    <>
      {problem && <Problem problem={problem} trans={trans} />}
      {!job && earlier.length === 0 && !problem && (
        <p className="jp-Envcheck-empty">{trans.__('Nothing has run yet.')}</p>
      )}
      {job && (
        <JobStatus
          // A new job begins with its log closed.
          key={job.id}
          commands={commands}
          job={job}
          prefix={prefix}
          trans={trans}
        />
      )}
      {earlier.length > 0 && (
        <>
          <h3 className="jp-Envcheck-heading jp-mod-earlier">
            {trans.__('Earlier')}
          </h3>
          <ul className="jp-Envcheck-list">
            {earlier.map(past => (
              <li key={past.id}>
                <Past commands={commands} job={past} trans={trans} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/**
 * One line about a job that ended some time ago.
 */
function Past(props: IComponentProps & { readonly job: Job }): JSX.Element {
  const { commands, job, trans } = props;
  const Icon = isRunning(job)
    ? adviceIcon
    : job.state === 'succeeded'
      ? wellIcon
      : job.state === 'cancelled'
        ? warningIcon
        : errorIcon;
  const when = job.ended ?? job.started;
  return (
    <div className={classes('jp-Envcheck-past', `jp-mod-${job.state}`)}>
      <Icon.react tag="span" aria-hidden />
      <span>
        {jobName(job, trans)}
        <span className="jp-Envcheck-label">
          {jobState(job, trans)}
          {when && ` · ${new Date(when).toLocaleString()}`}
        </span>
      </span>
      {job.undo.possible && (
        <CommandButton
          commands={commands}
          id={CommandIDs.undoJob}
          args={{ id: job.id, name: job.plan.target.name }}
          look="quiet"
          name={trans.__('Undo: %1', jobName(job, trans))}
        />
      )}
    </div>
  );
}
