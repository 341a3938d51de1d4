import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import { CommandIDs } from '../commandids';
import { IEnvcheckModel } from '../tokens';

/**
 * A button in the toolbar of notebooks, where the application has no tabs at its side: Notebook 7.
 */
export const toolbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:toolbar',
  description: 'Opens the environment check from the toolbar of a notebook.',
  autoStart: true,
  requires: [IEnvcheckModel],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    _: IEnvcheckModel,
    labShell: ILabShell | null
  ) => {
    if (labShell) {
      return;
    }
    const { commands, docRegistry } = app;
    docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel: NotebookPanel) => {
        const id = CommandIDs.open;
        const button = new CommandToolbarButton({ commands, id, label: '' });
        panel.toolbar.addItem('envcheck', button);
        return button;
      }
    });
  }
};
