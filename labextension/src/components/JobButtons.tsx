import React from 'react';
import { CommandIDs } from '../commandids';
import { canGoBack, isRunning, newKernel } from '../jobs';
import type { Job } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import type { IRestart } from './jobwords';

/**
 * Properties of a job's buttons.
 */
export interface IJobButtonsProps extends IComponentProps {
  readonly job: Job;

  /**
   * What the job is called.
   */
  readonly name: string;
  readonly others: ReadonlyArray<Job>;
  readonly restart: IRestart | null;

  /**
   * The name of the kernelspec that the document in front runs with.
   */
  readonly spec: string | null;
}

/**
 * What can be done about a job, and with what it brought.
 */
export function JobButtons(props: IJobButtonsProps): JSX.Element {
  const { commands, job, name, others, restart, spec, trans } = props;
  const args = { id: job.id };
  const kernel = newKernel(job, others);
  const half = job.state === 'interrupted';
  return (
    <div className="jp-Envcheck-buttons">
      {isRunning(job) && (
        <CommandButton
          commands={commands}
          id={CommandIDs.cancelJob}
          args={args}
          name={trans.__('Cancel: %1', name)}
        />
      )}
      {kernel && kernel.name !== spec && (
        <CommandButton
          commands={commands}
          id={CommandIDs.useKernel}
          args={{ name: kernel.name, title: kernel.display_name }}
          look="primary"
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
          id={half ? CommandIDs.repair : CommandIDs.undoJob}
          args={args}
          look={half ? 'primary' : 'plain'}
          name={half ? undefined : trans.__('Undo: %1', name)}
        />
      )}
      {canGoBack(job, others) && (
        <CommandButton
          commands={commands}
          id={CommandIDs.goBack}
          args={args}
          name={trans.__('Go back to before: %1', name)}
        />
      )}
    </div>
  );
}
