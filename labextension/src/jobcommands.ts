import type { CommandRegistry } from '@lumino/commands';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';

/**
 * Add the commands that act on what runs and what ran, and on the kernel after it.
 */
export function addJobCommands(
  commands: CommandRegistry,
  options: ICommandOptions
): void {
  const { dialogs, kernels, model, trans } = options;
  const askAndUndo = async (id: string): Promise<void> => {
    const job = await model.fetchJob(id);
    if (!job) {
      return;
    }
    const { askToUndo } = await import('./questions');
    const half = model.report?.facts.environment.value?.interrupted;
    const since = half?.job === job.id ? half.since : [];
    const spec = model.subject?.spec ?? null;
    if (await askToUndo(job, spec, since, trans)) {
      await model.undo(job.id);
    }
  };
  const oneJob = { args: strings({ id: trans.__('The id of the job') }) };

  commands.addCommand(CommandIDs.cancelJob, {
    label: trans.__('Cancel'),
    caption: trans.__('Stop this job'),
    describedBy: oneJob,
    execute: args => model.cancel(text(args, 'id'))
  });

  commands.addCommand(CommandIDs.undoJob, {
    label: trans.__('Undo…'),
    caption: trans.__('Put the environment back as it was before this job'),
    describedBy: oneJob,
    isEnabled: () => !model.starting,
    execute: async args => {
      await askAndUndo(text(args, 'id'));
    }
  });

  commands.addCommand(CommandIDs.repair, {
    label: trans.__('Put It Back as It Was…'),
    caption: trans.__(
      'Put the files back that were there before this job was interrupted'
    ),
    describedBy: oneJob,
    isEnabled: () => !model.starting,
    execute: async args => {
      await askAndUndo(text(args, 'id'));
    }
  });

  commands.addCommand(CommandIDs.freeUndo, {
    label: trans.__('Free…'),
    caption: trans.__(
      'Give back the room that the files of before this job take'
    ),
    describedBy: oneJob,
    execute: async args => {
      const job = model.findJob(text(args, 'id'));
      const { askToFree } = await import('./questions');
      if (job && (await askToFree(job, trans))) {
        await model.free(job.id);
      }
    }
  });

  commands.addCommand(CommandIDs.useKernel, {
    label: args =>
      kernels.notebook
        ? trans.__('Use “%1” in This Notebook…', text(args, 'title'))
        : trans.__('Use “%1” in This Console…', text(args, 'title')),
    caption: trans.__('Switch to this kernel, which ends the one that runs'),
    describedBy: {
      args: strings({
        name: trans.__('The name of the kernelspec'),
        title: trans.__('What the kernel is called')
      })
    },
    isEnabled: () => kernels.front !== null,
    execute: async args => {
      const { askToUse, sayUnused } = await import('./questions');
      const title = text(args, 'title');
      // Where no kernel runs nothing is lost.
      const free = model.subject?.kernel === null;
      if (free || (await askToUse(title, model.variables, trans))) {
        await kernels
          .use(text(args, 'name'))
          .catch(error => sayUnused(title, error, trans));
      }
    }
  });

  commands.addCommand(CommandIDs.restartKernel, {
    label: trans.__('Restart Kernel…'),
    caption: trans.__('Restart the kernel of the notebook or console in front'),
    describedBy: { args: NOTHING },
    isEnabled: () => Boolean(model.subject?.kernel),
    execute: async () => {
      if (kernels.front) {
        await dialogs.restart(kernels.front.sessionContext);
      }
    }
  });
}
