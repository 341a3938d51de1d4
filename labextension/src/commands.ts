import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { CommandIDs } from './commandids';
import { envcheckIcon } from './icons';
import type { KernelFollower } from './kernel';
import type { EnvcheckModel } from './model';
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
  const { dialogs, kernels, model, open, trans } = options;

  commands.addCommand(CommandIDs.open, {
    label: trans.__('Check This Environment'),
    caption: trans.__(
      'Show the environment that the current notebook runs in, and what to do about it'
    ),
    icon: envcheckIcon,
    describedBy: { args: Private.NOTHING },
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
    execute: args => model.look(args.remember !== true, true)
  });

  commands.addCommand(CommandIDs.filter, {
    label: trans.__('Show Only Recommendations of One Severity'),
    describedBy: {
      args: Private.strings({
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
    label: trans.__('Copy'),
    describedBy: {
      args: Private.strings({ text: trans.__('The text to copy') })
    },
    execute: args => Clipboard.copyToSystem(Private.text(args, 'text'))
  });

  commands.addCommand(CommandIDs.insertCell, {
    label: trans.__('Insert as Cell'),
    caption: trans.__('Insert this command below the active cell, to run it'),
    describedBy: {
      args: Private.strings({ source: trans.__('The code of the cell') })
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
        source: Private.text(args, 'source')
      });
      notebook.deselectAll();
      notebook.activeCellIndex = index;
      void notebook.scrollToItem(index);
    }
  });

  commands.addCommand(CommandIDs.plan, {
    label: args => Private.text(args, 'title') || trans.__('Plan…'),
    caption: trans.__('See what this would change; nothing is installed yet'),
    describedBy: {
      args: Private.strings({
        outcome: trans.__('The id of the outcome in the report'),
        action: trans.__('The id of the action of that outcome'),
        title: trans.__('What the action is called')
      })
    },
    isEnabled: () =>
      model.active &&
      model.report !== null &&
      !model.planning &&
      !model.starting,
    execute: args =>
      model.makePlan(
        Private.text(args, 'outcome'),
        Private.text(args, 'action')
      )
  });

  commands.addCommand(CommandIDs.dropPlan, {
    label: () =>
      model.installable || model.planning || model.starting
        ? trans.__('Cancel')
        : trans.__('Close'),
    caption: trans.__('Put this plan aside: nothing is changed'),
    describedBy: { args: Private.NOTHING },
    isEnabled: () => !model.starting,
    execute: () => model.dropPlan()
  });

  commands.addCommand(CommandIDs.install, {
    label: () => Private.installLabel(model, trans),
    caption: trans.__('Carry out exactly this plan'),
    describedBy: {
      args: Private.strings({ plan: trans.__('The id of the plan') })
    },
    isEnabled: args => model.installable && args.plan === model.plan?.id,
    // A link in a notebook can name a command, and `execute` is not stopped by `isEnabled`: the id,
    // which is random and known only where the plan is drawn, keeps such a link from installing.
    execute: args => model.install(Private.text(args, 'plan'))
  });

  commands.addCommand(CommandIDs.cancelJob, {
    label: trans.__('Cancel'),
    caption: trans.__('Stop this job'),
    describedBy: {
      args: Private.strings({ id: trans.__('The id of the job') })
    },
    execute: args => model.cancel(Private.text(args, 'id'))
  });

  commands.addCommand(CommandIDs.undoJob, {
    label: trans.__('Undo…'),
    caption: trans.__('Put the environment back as it was before this job'),
    describedBy: {
      args: Private.strings({
        id: trans.__('The id of the job'),
        name: trans.__('The name of the environment')
      })
    },
    execute: async args => {
      const { button } = await showDialog({
        title: trans.__('Undo this job?'),
        body: trans.__(
          'The environment “%1” is put back as it was before. What you installed since stays.',
          Private.text(args, 'name')
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.okButton({ label: trans.__('Undo') })
        ]
      });
      if (button.accept) {
        await model.undo(Private.text(args, 'id'));
      }
    }
  });

  commands.addCommand(CommandIDs.restartKernel, {
    label: trans.__('Restart Kernel…'),
    caption: trans.__('Restart the kernel of the notebook or console in front'),
    describedBy: { args: Private.NOTHING },
    isEnabled: () => Boolean(model.subject?.kernel),
    execute: async () => {
      if (kernels.front) {
        await dialogs.restart(kernels.front.sessionContext);
      }
    }
  });
}

namespace Private {
  export const NOTHING = { type: 'object', properties: {} };

  /**
   * The schema of arguments that are all strings.
   */
  export function strings(
    properties: Record<string, string>
  ): ReadonlyJSONObject {
    return {
      type: 'object',
      required: Object.keys(properties),
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, description]) => [
          name,
          { type: 'string', description }
        ])
      )
    };
  }

  export function text(args: ReadonlyPartialJSONObject, name: string): string {
    const value = args[name];
    return typeof value === 'string' ? value : '';
  }

  export function time(iso: string): string {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : date.toLocaleTimeString();
  }

  export function installLabel(
    { plan }: EnvcheckModel,
    trans: TranslationBundle
  ): string {
    if (!plan) {
      return trans.__('Carry Out the Plan');
    }
    return plan.wish.kind === 'remove'
      ? trans.__('Remove from %1', plan.target.name)
      : trans.__('Install into %1', plan.target.name);
  }
}
