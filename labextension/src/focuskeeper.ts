import type { IDisposable } from '@lumino/disposable';

/**
 * Catches the focus where what had it goes, such as a button that was pressed: what it stood in
 * takes it, and else what is always there.
 */
export class FocusKeeper implements IDisposable {
  /**
   * @param node - What the focus is kept in
   * @param part - The selector of its parts
   * @param last - The selector of what is always there
   */
  constructor(
    private readonly node: HTMLElement,
    private readonly part: string,
    private readonly last: string
  ) {
    node.addEventListener('focusin', this);
    node.addEventListener('focusout', this);
    // Not every browser says that what has the focus goes.
    this._changes.observe(node, { childList: true, subtree: true });
  }

  /**
   * Whether nothing is kept any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Note where the focus is, or look whether it was lost.
   */
  handleEvent(event: FocusEvent): void {
    if (event.type === 'focusin' && event.target instanceof HTMLElement) {
      this._focused = event.target;
      this._part = event.target.closest<HTMLElement>(this.part);
    } else {
      this._lookLater();
    }
  }

  /**
   * Keep nothing any more.
   */
  dispose(): void {
    this._isDisposed = true;
    this._changes.disconnect();
    this.node.removeEventListener('focusin', this);
    this.node.removeEventListener('focusout', this);
  }

  /**
   * Look when it was drawn, and components that know better have taken it.
   */
  private _lookLater(): void {
    if (this._focused && !this._looking) {
      this._looking = true;
      requestAnimationFrame(() => setTimeout(() => this._look()));
    }
  }

  private _look(): void {
    this._looking = false;
    const focused = this._focused;
    if (this._isDisposed || this.node.contains(document.activeElement)) {
      return;
    }
    this._focused = null;
    // Who went on to something else is not called back.
    if (document.activeElement !== document.body || focused?.isConnected) {
      return;
    }
    this._part?.focus();
    if (document.activeElement === document.body) {
      this.node.querySelector<HTMLElement>(this.last)?.focus();
    }
  }

  private readonly _changes = new MutationObserver(() => this._lookLater());
  private _focused: HTMLElement | null = null;
  private _isDisposed = false;
  private _looking = false;
  private _part: HTMLElement | null = null;
}
