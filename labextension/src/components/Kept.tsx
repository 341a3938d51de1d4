import React from 'react';
import { CommandIDs } from '../commandids';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { jobKept, jobName } from './jobwords';

/**
 * How much room the files of before a job take, which can be had back.
 */
export function Kept(
  props: IComponentProps & {
    readonly job: Job;
    readonly others: ReadonlyArray<Job>;
  }
): JSX.Element | null {
  const { commands, job, others, trans } = props;
  const kept = jobKept(job, trans);
  // What an interrupted job's repair needs is not offered to be thrown away.
  if (kept === null || job.state === 'interrupted') {
    return null;
  }
  return (
    <p className="jp-Envcheck-aside">
      {kept}{' '}
      <CommandButton
        commands={commands}
        id={CommandIDs.freeUndo}
        args={{ id: job.id }}
        look="quiet"
        name={trans.__('Free what is kept of: %1', jobName(job, others, trans))}
      />
    </p>
  );
}
