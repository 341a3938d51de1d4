import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, settingsIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import { addDismissCommands } from './dismisscommands';
import { envcheckIcon } from './icons';
import { addJobCommands } from './jobcommands';
import type { KernelFollower } from './kernel';
import { addMagicCommands } from './magiccommands';
import type { EnvcheckModel } from './model';
import { addPackageCommands } from './packagecommands';
import { addPlanCommands } from './plancommands';
import { addShareCommands } from './sharecommands';
import type { Severity } from './wire';

/**
 * What the commands act on.
 */
export interface ICommandOptions {
  readonly dialogs: ISessionContextDialogs;
  readonly kernels: KernelFollower;
  readonly model: EnvcheckModel;
  readonly open: () => void;
  readonly trans: TranslationBundle;
}

/**
 * Add the commands to a registry.
 */
export function addCommands(
  commands: CommandRegistry,
  options: ICommandOptions
): void {
  const { kernels, model, open, trans } = options;

  commands.addCommand(CommandIDs.open, {
    label: trans.__('Check This Environment'),
    caption: trans.__(
      'Show the environment that the current notebook runs in, and what to do about it'
    ),
    icon: envcheckIcon,
    describedBy: { args: NOTHING },
    execute: open
  });

  commands.addCommand(CommandIDs.look, {
    label: trans.__('Look Again'),
    caption: () =>
      model.report
        ? trans.__(
            'Look again (last look at %1)',
            Private.time(model.report.at)
          )
        : trans.__('Look again'),
    icon: refreshIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          remember: {
            type: 'boolean',
            description: trans.__(
              'Whether the server may use what it remembers and knows to be unchanged'
            )
          }
        }
      }
    },
    isEnabled: () => model.lookable,
    execute: async args => {
      if (model.active) {
        await model.look(args.remember !== true, true);
      } else {
        model.lookWhenWoken();
        open();
      }
    }
  });

  commands.addCommand(CommandIDs.filter, {
    label: trans.__('Show Only Recommendations of One Severity'),
    describedBy: {
      args: strings({
        severity: trans.__('The severity; the one that is shown shows all')
      })
    },
    isToggleable: true,
    isToggled: args => args.severity === model.filter,
    execute: args => {
      const severity = args.severity as Severity;
      model.filter = severity === model.filter ? null : severity;
    }
  });

  commands.addCommand(CommandIDs.copy, {
    label: args => text(args, 'title') || trans.__('Copy'),
    describedBy: {
      args: strings(
        { text: trans.__('The text to copy') },
        { title: trans.__('What the button says') }
      )
    },
    execute: args => Clipboard.copyToSystem(text(args, 'text'))
  });

  commands.addCommand(CommandIDs.insertCell, {
    label: trans.__('Insert as Cell'),
    caption: trans.__('Insert this command below the active cell, to run it'),
    describedBy: {
      args: strings({ source: trans.__('The code of the cell') })
    },
    isEnabled: () => kernels.notebook?.content.model?.readOnly === false,
    execute: args => {
      const notebook = kernels.notebook?.content;
      if (!notebook?.model || notebook.model.readOnly) {
        return;
      }
      // Not `NotebookActions.insertBelow`, whose cells are of the kind that the user chose for new ones.
      const index = notebook.activeCellIndex + 1;
      notebook.model.sharedModel.insertCell(index, {
        cell_type: 'code',
        metadata: { trusted: true },
        source: text(args, 'source')
      });
      notebook.deselectAll();
      notebook.activeCellIndex = index;
      void notebook.scrollToItem(index);
    }
  });

  commands.addCommand(CommandIDs.settings, {
    label: trans.__('Settings of the Environment Check'),
    icon: settingsIcon,
    describedBy: { args: NOTHING },
    // Notebook 7 has it on a page of its own.
    isVisible: () => commands.hasCommand('settingeditor:open'),
    execute: () =>
      commands.execute('settingeditor:open', {
        query: trans.__('Environment Check')
      })
  });

  addDismissCommands(commands, options);
  addPackageCommands(commands, options);
  addPlanCommands(commands, options);
  addShareCommands(commands, options);
  addJobCommands(commands, options);
  addMagicCommands(commands, options);
}

namespace Private {
  export function time(iso: string): string {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : date.toLocaleTimeString();
  }
}
