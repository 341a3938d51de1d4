import { classes } from '@jupyterlab/ui-components';
import React from 'react';
import type { IProblem } from '../api';
import { CommandIDs } from '../commandids';
import {
  errorIcon,
  noteIcon,
  runningIcon,
  warningIcon,
  wellIcon
} from '../icons';
import { isRunning } from '../jobs';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { JobStatus } from './JobStatus';
import { jobName, jobPhase, jobState } from './jobwords';
import { Live } from './Live';
import { Notice } from './Notice';
import { Problem } from './Problem';
import { problemWords } from './problemwords';

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

  /**
   * Whether the kernel in front was started after the job ended.
   */
  readonly restarted: boolean;

  /**
   * Whether the job ran while this page was open.
   */
  readonly witnessed: boolean;
}

/**
 * What runs, what ran last, and what ran before that.
 */
export function Activity(props: IActivityProps): JSX.Element {
  const { commands, earlier, job, prefix, problem, trans } = props;
  const { restarted, witnessed } = props;
  return (
    <>
      {problem && <Problem problem={problem} trans={trans} />}
      {!job && earlier.length === 0 && !problem && (
        <Notice icon={noteIcon} title={trans.__('Nothing has run yet.')}>
          {trans.__('What is installed from here is followed here.')}
        </Notice>
      )}
      {job && (
        <JobStatus
          // A new job begins with its log closed.
          key={job.id}
          commands={commands}
          job={job}
          prefix={prefix}
          restarted={restarted}
          trans={trans}
          witnessed={witnessed}
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
      <Live text={Private.news(props)} />
    </>
  );
}

/**
 * One line about another job.
 */
function Past(props: IComponentProps & { readonly job: Job }): JSX.Element {
  const { commands, job, trans } = props;
  const Icon = isRunning(job)
    ? runningIcon
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
      {isRunning(job) && (
        <CommandButton
          commands={commands}
          id={CommandIDs.cancelJob}
          args={{ id: job.id }}
          look="quiet"
          name={trans.__('Cancel: %1', jobName(job, trans))}
        />
      )}
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

namespace Private {
  /**
   * What to say aloud: what befalls a job now, not what befell one long ago.
   */
  export function news(props: IActivityProps): string {
    const { job, problem, trans, witnessed } = props;
    if (problem) {
      return problemWords(problem, trans)[0];
    }
    if (!job || !witnessed) {
      return '';
    }
    return isRunning(job)
      ? jobPhase(job, trans)
      : trans.__('%1: %2.', jobName(job, trans), jobState(job, trans));
  }
}
