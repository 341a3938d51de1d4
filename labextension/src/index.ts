import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  SessionContextDialogs
} from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Bell } from './bell';
import { CommandIDs } from './commandids';
import { addCommands } from './commands';
import { KernelFollower } from './kernel';
import { EnvcheckModel } from './model';
import { EnvcheckPanel } from './panel';
import { IEnvcheckModel, IKernelFollower, NAMESPACE } from './tokens';

/**
 * Follows the kernel of the notebook or console in front.
 */
const kernels: JupyterFrontEndPlugin<IKernelFollower> = {
  id: 'jupyterlab-envcheck:kernels',
  description: 'Follows the kernel of the notebook or console in front.',
  autoStart: true,
  provides: IKernelFollower,
  optional: [INotebookTracker, IConsoleTracker],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null
  ) =>
    new KernelFollower({
      shell: app.shell,
      notebooks,
      consoles,
      specs: () => app.serviceManager.kernelspecs.specs
    })
};

/**
 * Knows the environment of that kernel.
 */
const model: JupyterFrontEndPlugin<IEnvcheckModel> = {
  id: 'jupyterlab-envcheck:model',
  description: 'Knows the environment of the kernel in front.',
  autoStart: true,
  provides: IEnvcheckModel,
  requires: [IKernelFollower],
  activate: (app: JupyterFrontEnd, following: IKernelFollower) =>
    new EnvcheckModel({
      bell: new Bell(app.serviceManager.events.stream),
      kernels: following,
      settings: app.serviceManager.serverSettings
    })
};

/**
 * Shows it in a side panel.
 */
const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:plugin',
  description: 'Shows the environment of the kernel in front in a side panel.',
  autoStart: true,
  requires: [IEnvcheckModel, IKernelFollower],
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    ISessionContextDialogs,
    ISettingRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    known: IEnvcheckModel,
    following: IKernelFollower,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    dialogs: ISessionContextDialogs | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const { commands, shell } = app;
    const language = translator ?? nullTranslator;
    const trans = language.load(NAMESPACE);
    const sidebar = new EnvcheckPanel({
      commands,
      model: known,
      translator: language
    });
    addCommands(commands, {
      dialogs: dialogs ?? new SessionContextDialogs({ translator: language }),
      kernels: following,
      model: known,
      open: () => shell.activateById(sidebar.id),
      trans
    });
    palette?.addItem({
      command: CommandIDs.open,
      category: trans.__('Kernel Operations')
    });

    let side = '';
    const place = (wanted: string): void => {
      if (wanted !== side) {
        side = wanted;
        shell.add(sidebar, side, { rank: 900, type: 'Environment Check' });
      }
    };
    place('right');
    restorer?.add(sidebar, 'envcheck-panel');
    void registry?.load(panel.id).then(settings => {
      const obey = (): void =>
        place(settings.get('side').composite === 'left' ? 'left' : 'right');
      obey();
      settings.changed.connect(obey);
    });

    // The address is rewritten while the application starts: read it now.
    if (new URLSearchParams(window.location.search).has('envcheck')) {
      void app.restored.then(() => commands.execute(CommandIDs.open));
    }
  }
};

export { IEnvcheckModel, IKernelFollower } from './tokens';

export default [kernels, model, panel];
