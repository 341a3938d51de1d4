import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { NOTHING } from '../commandargs';
import { CommandIDs } from '../commandids';
import { envcheckIcon } from '../icons';
import { IEnvcheckModel, NAMESPACE } from '../tokens';

/**
 * An entry in the context menu of a notebook's or console's tab; the menu is in the settings.
 */
export const tab: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:tab',
  description: 'Opens the environment check from the tab of a notebook.',
  autoStart: true,
  requires: [IEnvcheckModel],
  optional: [INotebookTracker, IConsoleTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    _: IEnvcheckModel,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const underPointer = (): string | undefined => {
      const node = app.contextMenuHitTest(({ dataset }) => Boolean(dataset.id));
      const here = node?.dataset.id;
      const found =
        notebooks?.find(({ id }) => id === here) ??
        consoles?.find(({ id }) => id === here);
      return found?.id;
    };
    app.commands.addCommand(CommandIDs.openTab, {
      label: trans.__('Check This Environment'),
      caption: trans.__('Show the environment that this document runs in'),
      icon: envcheckIcon,
      describedBy: { args: NOTHING },
      isVisible: () => underPointer() !== undefined,
      execute: async () => {
        const id = underPointer();
        if (id !== undefined) {
          app.shell.activateById(id);
          await app.commands.execute(CommandIDs.open);
        }
      }
    });
  }
};
