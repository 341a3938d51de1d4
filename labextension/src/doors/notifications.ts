import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Bell } from '../bell';
import { CommandIDs } from '../commandids';
import { IEnvcheckModel, NAMESPACE } from '../tokens';
import type { Job } from '../wire';

/**
 * Tells how a job ended, where the panel that would show it is closed.
 */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:notifications',
  description: 'Notifies of the end of a job while the panel is closed.',
  autoStart: true,
  requires: [IEnvcheckModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IEnvcheckModel,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager } = app;
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const tell = async (job: Job): Promise<void> => {
      const { tellEnd } = await import('./jobended');
      const show = (): void => void commands.execute(CommandIDs.open);
      tellEnd(job, show, trans);
    };
    // A panel that is restored tells it itself.
    void app.restored.then(async () => {
      const { Untold } = await import('../untold');
      // eslint-disable-next-line jupyter/require-disposable-ownership -- it lives as long as the page
      new Untold({
        bell: new Bell(serviceManager.events.stream),
        connection: {
          settings: serviceManager.serverSettings,
          background: true
        },
        memory: window.localStorage,
        model,
        tell: job => void tell(job)
      });
    });
  }
};
