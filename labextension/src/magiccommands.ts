import type { CommandRegistry } from '@lumino/commands';
import { NOTHING } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';

/**
 * Add the command that has the kernel of the notebook in front know `%envcheck`.
 */
export function addMagicCommands(
  commands: CommandRegistry,
  { kernels, model, trans }: ICommandOptions
): void {
  commands.addCommand(CommandIDs.useMagic, {
    label: trans.__('Use %envcheck in This Notebook'),
    caption: trans.__(
      'Have the kernel know %envcheck until it is restarted; nothing is installed'
    ),
    describedBy: { args: NOTHING },
    // A busy kernel is sent nothing.
    isEnabled: () =>
      model.subject?.state === 'idle' &&
      ['python', null].includes(model.subject.language) &&
      kernels.notebook !== null,
    execute: async () => {
      const kernel = kernels.notebook?.sessionContext.session?.kernel;
      if (!kernel) {
        return;
      }
      const { offerMagic, tellOffer } = await import('./mime/offer');
      const insert = (): void =>
        void commands.execute(CommandIDs.insertCell, { source: '%envcheck' });
      tellOffer(await offerMagic(kernel), insert, trans);
    }
  });
}
