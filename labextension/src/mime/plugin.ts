import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IExecutions, NAMESPACE } from '../tokens';
import { MIME_TYPE } from './bundle';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- what is not seen when it comes is not known
import { Displays } from './displays';
import { MagicOutput } from './output';

/**
 * Draws what `%envcheck` shows in a kernel that has it from the panel.
 */
export const mime: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:mime',
  description: 'Draws the report where a cell runs the small %envcheck.',
  autoStart: true,
  requires: [IExecutions, IRenderMimeRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    executions: IExecutions,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager } = app;
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const displays = new Displays(executions, serviceManager.serverSettings);
    rendermime.addFactory({
      // Nothing of an output is believed, whether the notebook is trusted or not.
      safe: true,
      mimeTypes: [MIME_TYPE],
      // Before HTML, which a forged one may bring.
      defaultRank: 40,
      createRenderer: () =>
        new MagicOutput({
          displays,
          draw: async display => {
            const { Drawn } = await import('./drawn');
            return new Drawn({ commands, display, trans });
          },
          textless: trans.__('An output of %envcheck, without a text.')
        })
    });
  }
};
