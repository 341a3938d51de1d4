import { classes } from '@jupyterlab/ui-components';
import React from 'react';
import { errorIcon, warningIcon, wellIcon } from '../icons';
import { isUndone, wentWell } from '../jobs';
import { anyChange } from '../plans';
import type { Job } from '../wire';
import { Aside } from './Aside';
import { Changes } from './Changes';
import type { IComponentProps } from './CommandButton';
import { jobResult } from './jobwords';
import { Kept } from './Kept';

/**
 * Properties of a job's end.
 */
export interface IJobEndProps extends IComponentProps {
  readonly job: Job;

  /**
   * Jobs among which may be one that took it back.
   */
  readonly others: ReadonlyArray<Job>;

  /**
   * Why the kernel in front should be restarted; `null` where it need not.
   */
  readonly restart: string | null;
}

/**
 * What came of a job, from the fresh look at the environment and not from an exit code.
 */
export function JobEnd(props: IJobEndProps): JSX.Element {
  const { commands, job, others, restart, trans } = props;
  const { failure, undo, verdict } = job;
  const good = wentWell(job);
  const taking = job.plan.wish.kind === 'undo' || isUndone(job, others);
  const final = undo.possible || taking ? null : undo.reason;
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
      {restart && <p>{restart}</p>}
      <Aside files={verdict?.aside ?? []} trans={trans} />
      {changed && final && (
        <p className="jp-Envcheck-aside">
          {trans.__('This cannot be undone: %1.', final)}
        </p>
      )}
      <Kept commands={commands} job={job} others={others} trans={trans} />
    </>
  );
}
