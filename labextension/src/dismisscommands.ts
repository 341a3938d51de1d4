import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';

/**
 * Add the commands that dismiss findings, and bring them back.
 */
export function addDismissCommands(
  commands: CommandRegistry,
  { model, trans }: ICommandOptions
): void {
  const { preferences } = model;
  const here = (): string | null =>
    // Also while the panel is hidden, where it has not followed to the document in front.
    model.known?.facts.environment.value?.prefix ?? null;
  const oneOutcome = {
    args: strings({ outcome: trans.__('The id of the outcome in the report') })
  };

  preferences.unkept.connect(() => {
    Notification.warning(
      trans.__(
        'What you dismiss or bring back could not be kept. It holds until you leave this page, and is kept with the next change that can be.'
      )
    );
  });

  commands.addCommand(CommandIDs.dismiss, {
    label: trans.__('Dismiss Here'),
    caption: trans.__(
      'Show this no more in this environment; it can be brought back'
    ),
    describedBy: oneOutcome,
    isEnabled: () => here() !== null,
    execute: async args => {
      const prefix = here();
      if (prefix !== null) {
        await preferences.dismiss(prefix, text(args, 'outcome'));
      }
    }
  });

  commands.addCommand(CommandIDs.bringBack, {
    label: trans.__('Bring Back'),
    caption: trans.__('Show this again in this environment'),
    describedBy: oneOutcome,
    isEnabled: () => here() !== null,
    execute: async args => {
      const prefix = here();
      if (prefix !== null) {
        await preferences.bringBack(prefix, text(args, 'outcome'));
      }
    }
  });

  commands.addCommand(CommandIDs.bringAllBack, {
    label: trans.__('Bring All Dismissed Findings Back'),
    caption: trans.__('Show all again that was dismissed in this environment'),
    describedBy: { args: NOTHING },
    isEnabled: () => {
      const prefix = here();
      return prefix !== null && preferences.dismissed(prefix).size > 0;
    },
    execute: async () => {
      const prefix = here();
      if (prefix !== null) {
        await preferences.bringBack(prefix, null);
      }
    }
  });
}
