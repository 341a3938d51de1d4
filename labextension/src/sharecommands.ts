import { Clipboard } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';

/**
 * Add the commands that make something to be sent to others.
 */
export function addShareCommands(
  commands: CommandRegistry,
  { model, trans }: ICommandOptions
): void {
  commands.addCommand(CommandIDs.copyReport, {
    label: trans.__('Copy Report for an Issue…'),
    caption: trans.__(
      'See what was found here as Markdown, without names and secrets, and copy it'
    ),
    describedBy: { args: NOTHING },
    isEnabled: () => Boolean(model.subject?.kernel),
    execute: async () => {
      const { offerReport, sayNoReport } = await import('./sharing');
      await model.reportForIssue().then(
        report => offerReport(report, trans),
        error => sayNoReport(error, trans)
      );
    }
  });

  commands.addCommand(CommandIDs.copyRequest, {
    label: trans.__('Copy a Request for the Administrator'),
    caption: trans.__(
      'Copy what is wanted, where, why, and the exact command, for whoever may install it'
    ),
    describedBy: { args: strings({ plan: trans.__('The id of the plan') }) },
    isEnabled: args => args.plan === model.plan?.id,
    execute: async args => {
      const { plan, report } = model;
      // Loaded with the panel, which the plan is shown in: copying must follow the click at once.
      const { requestWords } = await import('./requestwords');
      if (plan && plan.id === text(args, 'plan')) {
        Clipboard.copyToSystem(requestWords(plan, report, trans));
      }
    }
  });
}
