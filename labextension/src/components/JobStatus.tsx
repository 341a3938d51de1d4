import type { TranslationBundle } from '@jupyterlab/translation';
import { classes } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commandids';
import { errorIcon, warningIcon, wellIcon } from '../icons';
import type { Job } from '../wire';
import { isRunning } from '../jobs';
import { anyChange } from '../plans';
import { Changes } from './Changes';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { JobLog } from './JobLog';
import type { IRestart } from './jobwords';
import { jobName, jobPhase, jobRestart, jobResult } from './jobwords';

/**
 * Properties of a job's status.
 */
export interface IJobStatusProps extends IComponentProps {
  readonly job: Job;
  readonly prefix: string | null;

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
 * A job: how far it is, or what came of it.
 */
export function JobStatus(props: IJobStatusProps): JSX.Element {
  const { commands, job, prefix, restarted, trans, witnessed } = props;
  const running = isRunning(job);
  const restart = jobRestart(job, prefix, restarted, witnessed, trans);
  return (
    <section className="jp-Envcheck-job" aria-label={jobName(job, trans)}>
      <p>
        <b>{jobName(job, trans)}</b>
      </p>
      {running ? (
        <Running job={job} trans={trans} />
      ) : (
        <Ended job={job} restart={restart} trans={trans} />
      )}
      <div className="jp-Envcheck-buttons">
        {running && (
          <CommandButton
            commands={commands}
            id={CommandIDs.cancelJob}
            args={{ id: job.id }}
            name={trans.__('Cancel: %1', jobName(job, trans))}
          />
        )}
        {restart && (
          <CommandButton
            commands={commands}
            id={CommandIDs.restartKernel}
            look={restart.certain ? 'primary' : 'plain'}
          />
        )}
        {job.undo.possible && (
          <CommandButton
            commands={commands}
            id={CommandIDs.undoJob}
            args={{ id: job.id, name: job.plan.target.name }}
            name={trans.__('Undo: %1', jobName(job, trans))}
          />
        )}
      </div>
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

/**
 * What came of a job, from the fresh look at the environment and not from an exit code.
 */
function Ended(props: {
  readonly job: Job;
  readonly restart: IRestart | null;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { job, restart, trans } = props;
  const { failure, undo, verdict } = job;
  const good =
    job.state === 'succeeded' &&
    verdict?.planned === true &&
    verdict.broken.length === 0;
  // Without a verdict nobody knows.
  const changed = verdict === null || anyChange(verdict.changes);
  const caution = job.state === 'succeeded' || job.state === 'cancelled';
  const Icon = good ? wellIcon : caution ? warningIcon : errorIcon;
  return (
    <>
      <p
        className={classes(
          'jp-Envcheck-verdict',
          good ? 'jp-mod-well' : caution && 'jp-mod-caution'
        )}
      >
        <Icon.react tag="span" aria-hidden />
        <span>{failure?.message ?? jobResult(job, trans)}</span>
      </p>
      {failure && <p className="jp-Envcheck-aside">{failure.hint}</p>}
      {!good && verdict && anyChange(verdict.changes) && (
        <>
          <p>{trans.__('What did change:')}</p>
          <Changes changes={verdict.changes} trans={trans} />
        </>
      )}
      {verdict && verdict.broken.length > 0 && (
        <>
          <p>{trans.__('Broken since, and whole before:')}</p>
          <ul className="jp-Envcheck-broken">
            {verdict.broken.map(requirement => (
              <li key={requirement}>{requirement}</li>
            ))}
          </ul>
        </>
      )}
      {restart && <p>{restart.text}</p>}
      {changed && !undo.possible && undo.reason && (
        <p className="jp-Envcheck-aside">
          {trans.__('This cannot be undone: %1.', undo.reason)}
        </p>
      )}
    </>
  );
}
