import type { TranslationBundle } from '@jupyterlab/translation';
import { WindowedList, WindowedListModel } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { IPackageRow } from '../packagerows';
import type { Packages } from '../packages';
import { PackageRow } from './PackageRow';

/**
 * The packages that are shown, of which only those in sight are drawn, and the one that is chosen.
 */
export class PackageList extends WindowedList<PackageList.Model> {
  /**
   * @param packages - What to list
   * @param leave - What to call when the user goes on to the one that is chosen
   */
  constructor(
    private readonly packages: Packages,
    private readonly leave: () => void,
    trans: TranslationBundle
  ) {
    super({
      model: new PackageList.Model(packages, trans)
    });
    this.addClass('jp-Envcheck-packages');
    const { viewportNode } = this;
    viewportNode.setAttribute('role', 'listbox');
    viewportNode.setAttribute('aria-label', trans.__('Packages'));
    viewportNode.tabIndex = 0;
    this.viewModel.moved.connect(this._point, this);
  }

  /**
   * Draw what is the case now.
   */
  draw(): void {
    const { packages, viewModel } = this;
    const { shown } = packages;
    if (packages.text !== this._text) {
      this._text = packages.text;
      // What fits best is at the top, and not where the last list was left.
      this.outerNode.scrollTop = 0;
    }
    viewModel.show(shown);
    this._point();
    this.setHidden(shown.length === 0);
  }

  /**
   * Choose the first one, where none in sight is chosen, and take the focus.
   */
  enter(): void {
    const { chosen, shown } = this.packages;
    if (shown.length > 0) {
      this._choose(Math.max(0, chosen ? shown.indexOf(chosen) : 0));
      this.viewportNode.focus();
    }
  }

  /**
   * Clicks choose, and keys do.
   */
  override handleEvent(event: Event): void {
    if (event.type === 'click') {
      const row = (event.target as Element).closest<HTMLElement>(
        '[data-windowed-list-index]'
      );
      if (row) {
        this._choose(Number(row.dataset.windowedListIndex));
      }
    } else if (event.type === 'keydown') {
      this._onKeyDown(event as KeyboardEvent);
    } else {
      super.handleEvent(event);
    }
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.viewportNode.addEventListener('click', this);
    this.viewportNode.addEventListener('keydown', this);
    this._resizes.observe(this.node);
  }

  protected override onBeforeDetach(msg: Message): void {
    this._resizes.disconnect();
    this.viewportNode.removeEventListener('click', this);
    this.viewportNode.removeEventListener('keydown', this);
    super.onBeforeDetach(msg);
  }

  /**
   * Say which line is chosen, while it is drawn: what is not there cannot be pointed to.
   */
  private _point(): void {
    const { packages, viewModel, viewportNode } = this;
    const { chosen, shown } = packages;
    const index = chosen ? shown.indexOf(chosen) : -1;
    if (viewModel.isDrawn(index)) {
      viewportNode.setAttribute('aria-activedescendant', PackageRow.id(index));
    } else {
      viewportNode.removeAttribute('aria-activedescendant');
    }
  }

  private _onKeyDown(event: KeyboardEvent): void {
    const { chosen, shown } = this.packages;
    const here = chosen ? shown.indexOf(chosen) : -1;
    const page = Math.max(
      1,
      Math.floor(this.node.clientHeight / PackageRow.HEIGHT) - 1
    );
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      End: shown.length,
      Home: -shown.length,
      PageDown: page,
      PageUp: -page
    };
    if (event.key in steps) {
      event.preventDefault();
      this._choose(
        Math.min(shown.length - 1, Math.max(0, here + steps[event.key]))
      );
    } else if (event.key === 'Enter' && here >= 0) {
      event.preventDefault();
      this.leave();
    }
  }

  private _choose(index: number): void {
    this.packages.choose(this.packages.shown[index].key);
    this.scrollToItem(index).catch(() => {
      // Another one was chosen before this one came into sight.
    });
  }

  // Its height changes with what is above and below it, of which no message tells.
  private readonly _resizes = new ResizeObserver(() => {
    MessageLoop.sendMessage(this, Widget.ResizeMessage.UnknownSize);
  });
  private _text = '';
}

/**
 * A namespace for `PackageList` statics.
 */
export namespace PackageList {
  /**
   * What is listed, and the widgets that draw it.
   */
  export class Model extends WindowedListModel {
    constructor(
      private readonly packages: Packages,
      private readonly trans: TranslationBundle
    ) {
      super({ count: 0, overscanCount: 3 });
    }

    /**
     * Emits when a line is drawn that was not, or is not any more.
     */
    get moved(): ISignal<this, void> {
      return this._moved;
    }

    /**
     * Whether the line of this place is drawn.
     */
    isDrawn(index: number): boolean {
      return this._rows[index]?.isAttached ?? false;
    }

    estimateWidgetSize = (): number => PackageRow.HEIGHT;

    widgetRenderer = (index: number): Widget => {
      const row = (this._rows[index] ??= new PackageRow(index, () =>
        this._moved.emit()
      ));
      this._draw(row, index);
      return row;
    };

    /**
     * List some packages, in widgets that are there already as far as they go.
     */
    show(shown: ReadonlyArray<IPackageRow>): void {
      this._shown = shown;
      this._rows.forEach((row, index) => {
        if (row.isAttached) {
          this._draw(row, index);
        }
      });
      this.widgetCount = shown.length;
    }

    private _draw(row: PackageRow, index: number): void {
      const shown = this._shown[index];
      if (shown) {
        row.draw({
          chosen: this.packages.chosen === shown,
          count: this._shown.length,
          newest: this.packages.newest(shown),
          row: shown,
          trans: this.trans
        });
      }
    }

    private readonly _moved = new Signal<this, void>(this);
    private readonly _rows: PackageRow[] = [];
    private _shown: ReadonlyArray<IPackageRow> = [];
  }
}
