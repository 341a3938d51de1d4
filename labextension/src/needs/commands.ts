import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { strings, text } from '../commandargs';
import { CommandIDs } from '../commandids';
import type { Needs } from './needs';

/**
 * Add the commands of the line under a cell. They act on lines that are there, and on no other cell.
 */
export function addNeedCommands(
  commands: CommandRegistry,
  needs: Needs,
  trans: TranslationBundle
): void {
  const one = { line: trans.__('The id of the line') };

  commands.addCommand(CommandIDs.mendCell, {
    label: args => text(args, 'title') || trans.__('See the Plan…'),
    caption: trans.__('See what this would change; nothing is installed yet'),
    describedBy: {
      args: strings(one, {
        title: trans.__('What the button says'),
        typed: trans.__('The packages to install, separated by spaces')
      })
    },
    isEnabled: args => needs.find(text(args, 'line'))?.state.phase === 'found',
    execute: async args => {
      const line = needs.find(text(args, 'line'));
      if (line) {
        await needs.mend(line, text(args, 'typed'));
      }
    }
  });

  commands.addCommand(CommandIDs.runAgain, {
    label: trans.__('Run the Cell Again'),
    describedBy: { args: strings(one) },
    execute: async args => {
      const line = needs.find(text(args, 'line'));
      if (line?.state.phase === 'mended' && !line.state.kernel) {
        await needs.runAgain(line);
      }
    }
  });

  commands.addCommand(CommandIDs.closeLine, {
    label: trans.__('Close'),
    caption: trans.__('Close this line'),
    icon: closeIcon,
    describedBy: { args: strings(one) },
    execute: args => {
      const line = needs.find(text(args, 'line'));
      if (line) {
        needs.close(line);
      }
    }
  });
}
