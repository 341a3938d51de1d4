import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { isRunning } from '../jobs';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { JobButtons } from './JobButtons';
import { JobEnd } from './JobEnd';
import { JobLog } from './JobLog';
import { jobName, jobPhase, jobRestart } from './jobwords';

/**
 * Properties of a job's status.
 */
export interface IJobStatusProps extends IComponentProps {
  readonly job: Job;

  /**
   * Jobs among which may be the one that it takes back, or one that took it back.
   */
  readonly others: ReadonlyArray<Job>;
  readonly prefix: string | null;

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
 * A job: how far it is, or what came of it.
 */
export function JobStatus(props: IJobStatusProps): JSX.Element {
  const { commands, job, others, prefix, restarted, spec, trans, witnessed } =
    props;
  const name = jobName(job, others, trans);
  const restart = jobRestart(job, prefix, restarted, witnessed, trans);
  return (
    <section className="jp-Envcheck-job" aria-label={name}>
      <p>
        <b>{name}</b>
      </p>
      {isRunning(job) ? (
        <Running job={job} trans={trans} />
      ) : (
        <JobEnd
          commands={commands}
          job={job}
          others={others}
          restart={restart?.text ?? null}
          trans={trans}
        />
      )}
      <JobButtons
        commands={commands}
        job={job}
        name={name}
        others={others}
        restart={restart}
        spec={spec}
        trans={trans}
      />
      <JobLog job={job} trans={trans} />
    </section>
  );
}

function Running(props: {
  readonly job: Job;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { job, trans } = props;
  const { progress } = job;
  const phase = jobPhase(job, trans);
  return (
    <>
      <p>{phase}</p>
      <progress
        className="jp-Envcheck-progress"
        aria-label={phase}
        max={progress?.total}
        value={progress?.done}
      />
      <p className="jp-Envcheck-lastLine">{job.lines.at(-1)?.text ?? ''}</p>
    </>
  );
}
