import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commandids';
import { NAMESPACE } from '../tokens';

/**
 * Names the commands that make sense without a button in the command palette.
 */
export const palette: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:palette',
  description: 'Names the commands of the environment check in the palette.',
  autoStart: true,
  // An item shows once its command is there, whichever plugin comes first.
  optional: [ICommandPalette, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    commands: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(NAMESPACE);
    const category = trans.__('Environment Check');
    for (const [command, args] of [
      [CommandIDs.open, {}],
      [CommandIDs.look, {}],
      [CommandIDs.draftEnvironment, { name: 'proj', packages: '', python: '' }],
      [CommandIDs.useMagic, {}],
      [CommandIDs.copyReport, {}],
      [CommandIDs.bringAllBack, {}],
      [CommandIDs.settings, {}]
    ] as const) {
      commands?.addItem({ command, args, category });
    }
  }
};
