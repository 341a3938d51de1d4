import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { IPackageRow } from '../packagerows';
import { packageWords } from './packagewords';

/**
 * A line of the list of packages.
 *
 * It is made of plain elements that are filled anew: with a tree of React's in each, a keystroke
 * over the list would take longer than a frame.
 */
export class PackageRow extends Widget {
  /**
   * @param index - Its place in the list
   * @param moved - What to call when it is put into the page, or taken out of it
   */
  constructor(
    private readonly index: number,
    private readonly moved: () => void
  ) {
    super();
    const { node } = this;
    node.className = 'jp-Envcheck-package';
    node.id = PackageRow.id(index);
    node.setAttribute('role', 'option');
    for (const part of [this._name, this._version, this._words]) {
      node.appendChild(part);
    }
    this._words.className = 'jp-Envcheck-label';
  }

  /**
   * Draw a package.
   */
  draw({ chosen, count, newest, row, trans }: PackageRow.IShown): void {
    const { node } = this;
    node.setAttribute('aria-posinset', `${this.index + 1}`);
    node.setAttribute('aria-setsize', `${count}`);
    node.setAttribute('aria-selected', `${chosen}`);
    node.classList.toggle(
      'jp-mod-noted',
      row.running !== null || newest !== null
    );
    const version = row.version ?? trans.__('version unknown');
    const words = packageWords(row, newest, trans);
    node.title = `${row.name} ${version}\n${words}`;
    this._name.textContent = row.name;
    this._version.textContent = version;
    this._words.textContent = words;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.moved();
  }

  protected override onAfterDetach(msg: Message): void {
    super.onAfterDetach(msg);
    this.moved();
  }

  private readonly _name = document.createElement('b');
  private readonly _version = document.createElement('span');
  private readonly _words = document.createElement('span');
}

/**
 * A namespace for `PackageRow` statics.
 */
export namespace PackageRow {
  /**
   * The height of a line in pixels, which the style sheet sets.
   */
  export const HEIGHT = 40;

  /**
   * What is drawn.
   */
  export interface IShown {
    readonly chosen: boolean;
    readonly count: number;
    readonly newest: string | null;
    readonly row: IPackageRow;
    readonly trans: TranslationBundle;
  }

  /**
   * The id of the element of a place in the list.
   */
  export function id(index: number): string {
    return `jp-Envcheck-package-${index}`;
  }
}
