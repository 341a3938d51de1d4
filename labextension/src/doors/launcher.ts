import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { CommandIDs } from '../commandids';
import { IEnvcheckModel } from '../tokens';

/**
 * A tile in the launcher.
 */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:launcher',
  description: 'Opens the environment check from the launcher.',
  autoStart: true,
  requires: [IEnvcheckModel],
  // Notebook 7 has none.
  optional: [ILauncher],
  activate: (
    _: JupyterFrontEnd,
    __: IEnvcheckModel,
    tiles: ILauncher | null
  ) => {
    tiles?.add({ command: CommandIDs.open, rank: 10 });
  }
};
