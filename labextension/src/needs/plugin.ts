import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandids';
import { IEnvcheckModel, IExecutions, NAMESPACE } from '../tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- what is not seen when it runs is not known
import { Executions } from '../executions';
import { hintOf } from './kinds';
import type { Needs } from './needs';

/**
 * Sees what cells this page has kernels run.
 */
export const executions: JupyterFrontEndPlugin<IExecutions> = {
  id: 'jupyterlab-envcheck:executions',
  description: 'Sees what cells this page has kernels run.',
  autoStart: true,
  provides: IExecutions,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) =>
    new Executions(notebooks)
};

/**
 * Says under a cell that this page saw fail what it needs.
 */
export const needs: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:needs',
  description: 'Says under a cell that failed what would mend it.',
  autoStart: true,
  requires: [IEnvcheckModel, IExecutions],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IEnvcheckModel,
    seeing: IExecutions,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const isPython = ({ sessionContext }: NotebookPanel): boolean => {
      const name = sessionContext.session?.kernel?.name ?? '';
      const spec = serviceManager.kernelspecs.specs?.kernelspecs[name];
      // A kernelspec of a stranger's may name none.
      return (spec?.language?.toLowerCase() ?? 'python') === 'python';
    };
    // What finds out and draws is loaded when there is something to find out.
    let loaded: Promise<Needs> | null = null;
    const load = async (): Promise<Needs> => {
      const { start } = await import('./start');
      return start({
        commands,
        executions: seeing,
        model,
        open: panel => {
          shell.activateById(panel.id);
          void commands.execute(CommandIDs.open);
        },
        settings: serviceManager.serverSettings,
        trans
      });
    };
    seeing.ended.connect((_, seen) => {
      const hint = isPython(seen.panel) ? hintOf(seen) : null;
      if (hint) {
        loaded ??= load().catch(error => {
          // The server may have been away: the next that fails tries again.
          loaded = null;
          throw error;
        });
        void loaded.then(needs => needs.look(seen, hint)).catch(() => {});
      }
    });
  }
};
