import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import React from 'react';
import { PackageDetail } from './components/PackageDetail';
import { PackageList } from './components/PackageList';
import { PackagesHead } from './components/PackagesHead';
import type { ISectionOptions } from './section';

/**
 * What is installed: a field to find it, a list as long as it gets, and the package that is chosen.
 *
 * The list is a widget and no component, so that only the lines in sight are drawn.
 */
export class PackagesSection extends Widget {
  constructor(private readonly options: ISectionOptions) {
    super();
    const { model, trans } = options;
    this.addClass('jp-Envcheck-section');
    this.addClass('jp-Envcheck-packagesSection');
    this.node.tabIndex = -1;
    this._list = new PackageList(model.packages, () => this._leave(), trans);
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(this._head);
    layout.addWidget(this._list);
    layout.addWidget(this._detail);
    model.stateChanged.connect(this._onChanged, this);
    model.packages.changed.connect(this._onChanged, this);
    model.packages.edited.connect(this._onEdited, this);
  }

  /**
   * Draw nothing any more.
   */
  override dispose(): void {
    const { model } = this.options;
    model.stateChanged.disconnect(this._onChanged, this);
    model.packages.changed.disconnect(this._onChanged, this);
    model.packages.edited.disconnect(this._onEdited, this);
    super.dispose();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._onChanged();
  }

  private _onChanged(): void {
    if (this.isVisible) {
      this._list.draw();
      this._head.update();
      this._detail.update();
    }
  }

  /**
   * The field has a text that the user is to go on with.
   */
  private _onEdited(): void {
    const field = this._field.current;
    // Not before the text is in it.
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    });
  }

  private _leave(): void {
    this._detail.node.querySelector('button')?.focus();
  }

  private _drawHead(): JSX.Element {
    const { commands, model, trans } = this.options;
    return (
      <PackagesHead
        ref={this._field}
        commands={commands}
        onEnter={() => this._list.enter()}
        packages={model.packages}
        section={model.report?.facts.packages ?? null}
        trans={trans}
      />
    );
  }

  private _drawDetail(): JSX.Element | null {
    const { commands, model, trans } = this.options;
    const { chosen, rows } = model.packages;
    return (
      chosen && (
        <PackageDetail
          commands={commands}
          newest={model.packages.newest(chosen)}
          row={chosen}
          rows={rows ?? []}
          trans={trans}
        />
      )
    );
  }

  private readonly _detail = new Private.Part(() => this._drawDetail());
  private readonly _field = React.createRef<HTMLInputElement>();
  private readonly _head = new Private.Part(() => this._drawHead());
  private readonly _list: PackageList;
}

namespace Private {
  /**
   * A part of the section that components draw.
   */
  export class Part extends ReactWidget {
    constructor(private readonly draw: () => JSX.Element | null) {
      super();
    }

    protected render(): JSX.Element | null {
      return this.draw();
    }
  }
}
