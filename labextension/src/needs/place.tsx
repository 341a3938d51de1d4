import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { PanelLayout } from '@lumino/widgets';
import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import React from 'react';
import type { IComponentProps } from '../components/CommandButton';
import { Need } from '../components/Need';
import { needText } from '../components/needwords';
import type { Line } from './line';

/**
 * Draw a line under the output of its cell. It is part of the cell's widget, so that it comes and goes
 * with it where a long notebook draws only what is in view, and no part of what is saved.
 */
export async function place(line: Line, props: IComponentProps): Promise<void> {
  const { cell } = line;
  // A cell that was never in view is not drawn yet.
  await cell.ready;
  if (!line.isDisposed && !cell.isDisposed && cell === line.cell) {
    const layout = cell.layout as PanelLayout;
    layout.insertWidget(layout.widgets.length - 1, new NeedWidget(line, props));
  }
}

/**
 * The widget of a line.
 */
class NeedWidget extends Panel {
  constructor(
    private readonly _line: Line,
    private readonly _props: IComponentProps
  ) {
    super();
    const { commands, trans } = _props;
    this.addClass('jp-Envcheck');
    this.addClass('jp-Envcheck-need');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', trans.__('What this cell needs'));
    // In command mode keys mean something to the notebook: Enter would not press a button.
    this.node.setAttribute('data-lm-suppress-shortcuts', 'true');
    this._live.addClass('jp-Envcheck-live');
    this._live.node.setAttribute('role', 'status');
    this.addWidget(
      ReactWidget.create(
        <UseSignal signal={_line.changed}>
          {() => <Need line={_line} commands={commands} trans={trans} />}
        </UseSignal>
      )
    );
    this.addWidget(this._live);
    _line.changed.connect(this._tell, this);
    _line.disposed.connect(this.dispose, this);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._tell();
  }

  /**
   * Tell a screen reader, once: a cell that is scrolled into view again has nothing new to say.
   */
  private _tell(): void {
    if (!this._line.told && this.isAttached) {
      this._line.told = true;
      // It is read if it changes, and not if it comes together with the region that holds it.
      window.setTimeout(() => {
        this._live.node.textContent = needText(this._line, this._props.trans);
      });
    }
  }

  private readonly _live = new Widget({ node: document.createElement('p') });
}
