import React from 'react';
import type { IProblem } from '../api';
import { noteIcon } from '../icons';
import { isRunning } from '../jobs';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { JobStatus } from './JobStatus';
import { jobName, jobPhase, jobState } from './jobwords';
import { Live } from './Live';
import { Notice } from './Notice';
import { Past } from './Past';
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
   * The name of the kernelspec that the document in front runs with.
   */
  readonly spec: string | null;

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
  const { restarted, spec, witnessed } = props;
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
          others={earlier}
          prefix={prefix}
          restarted={restarted}
          spec={spec}
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
                <Past
                  commands={commands}
                  job={past}
                  others={job ? [job, ...earlier] : earlier}
                  trans={trans}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      <Live text={Private.news(props)} />
    </>
  );
}

namespace Private {
  /**
   * What to say aloud: what befalls a job now, not what befell one long ago.
   */
  export function news(props: IActivityProps): string {
    const { earlier, job, problem, trans, witnessed } = props;
    if (problem) {
      return problemWords(problem, trans)[0];
    }
    if (!job || !witnessed) {
      return '';
    }
    return isRunning(job)
      ? jobPhase(job, trans)
      : trans.__(
          '%1: %2.',
          jobName(job, earlier, trans),
          jobState(job, earlier, trans)
        );
  }
}
