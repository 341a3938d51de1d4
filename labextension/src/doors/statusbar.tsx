import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar, TextItem } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import React from 'react';
import { CommandIDs } from '../commandids';
import { withoutDismissed } from '../dismissals';
import { IEnvcheckModel, IKernelFollower, NAMESPACE } from '../tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- an item is drawn as soon as there is a notebook
import { statusCaption, statusText } from './statuswords';

/**
 * The environment in front, in the status bar. It asks nothing: it says what is known already.
 */
export const statusbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-envcheck:statusbar',
  description:
    'Names the environment of the kernel in front in the status bar.',
  autoStart: true,
  requires: [IEnvcheckModel, IKernelFollower],
  // Notebook 7 has none.
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IEnvcheckModel,
    kernels: IKernelFollower,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (!bar) {
      return;
    }
    const item = new StatusItem(app, model, translator ?? nullTranslator);
    const moved = new Signal<object, void>({});
    const update = (): void => {
      item.update();
      moved.emit();
    };
    kernels.changed.connect(update);
    model.stateChanged.connect(update);
    bar.registerStatusItem(statusbar.id, {
      item,
      align: 'right',
      rank: 1000,
      isActive: () => Boolean(model.subject?.kernel),
      activeStateChanged: moved
    });
  }
};

class StatusItem extends ReactWidget {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _model: IEnvcheckModel,
    private readonly _translator: ITranslator
  ) {
    super();
    this.addClass('jp-mod-highlighted');
  }

  protected render(): JSX.Element | null {
    const { known, preferences, subject } = this._model;
    if (!subject?.spec) {
      return null;
    }
    const { commands, serviceManager } = this._app;
    const trans = this._translator.load(NAMESPACE);
    const spec = serviceManager.kernelspecs.specs?.kernelspecs[subject.spec];
    const prefix = known?.facts.environment.value?.prefix ?? '';
    const shown =
      known && withoutDismissed(known, preferences.dismissed(prefix));
    const open = (): void => void commands.execute(CommandIDs.open);
    return (
      <TextItem
        onClick={open}
        onKeyDown={event => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            open();
          }
        }}
        role="button"
        source={statusText(
          known,
          shown,
          spec?.display_name ?? subject.spec,
          trans
        )}
        tabIndex={0}
        title={statusCaption(known, shown, trans)}
      />
    );
  }
}
