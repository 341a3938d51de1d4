import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
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
import { launcher } from './doors/launcher';
import { notifications } from './doors/notifications';
import { palette } from './doors/palette';
import { statusbar } from './doors/statusbar';
import { tab } from './doors/tab';
import { toolbar } from './doors/toolbar';
import { KernelFollower } from './kernel';
import { EnvcheckModel } from './model';
import { mime } from './mime/plugin';
import { executions, needs } from './needs/plugin';
import { EnvcheckPanel } from './panel';
import { keepOnSide } from './side';
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
      specs: () => app.serviceManager.kernelspecs.specs,
      refreshSpecs: () => app.serviceManager.kernelspecs.refreshSpecs()
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
    ILayoutRestorer,
    ISessionContextDialogs,
    ISettingRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    known: IEnvcheckModel,
    following: IKernelFollower,
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
    const { preferences } = known;
    keepOnSide(shell, sidebar, preferences);
    restorer?.add(sidebar, 'envcheck-panel');
    // Settings that are not understood are told by the registry, and the usual holds.
    void (registry && preferences.follow(registry, panel.id).catch(() => {}));

    // The address is rewritten while the application starts: read it now.
    if (new URLSearchParams(window.location.search).has('envcheck')) {
      void app.restored.then(() => commands.execute(CommandIDs.open));
    }
  }
};

export { IEnvcheckModel, IExecutions, IKernelFollower } from './tokens';

export default [
  kernels,
  model,
  panel,
  launcher,
  executions,
  mime,
  needs,
  notifications,
  palette,
  statusbar,
  tab,
  toolbar
];
