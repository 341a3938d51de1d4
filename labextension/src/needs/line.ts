import type { CodeCell } from '@jupyterlab/cells';
import type { IObservableDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IProblem } from '../api';
import type { IExecution } from '../executions';
import type { IHint } from './kinds';
import type { INeed } from './need';
import type { IRemedy } from './remedy';

/**
 * How far it is with a need: what it is is being found out, it is known, a plan is being made for it,
 * it cannot be found out, or it is mended, so that the cell can be run again.
 */
export type LineState =
  | { readonly phase: 'asking' }
  | { readonly phase: 'found'; readonly need: INeed }
  | { readonly phase: 'planning'; readonly need: INeed }
  | { readonly phase: 'problem'; readonly problem: IProblem }
  | ({ readonly phase: 'mended'; readonly need: INeed } & IRemedy);

/**
 * The line under a cell that this page saw fail.
 */
export class Line implements IObservableDisposable {
  /**
   * @param seen - The execution that it is about
   * @param hint - What the cell seems to need
   */
  constructor(
    readonly seen: IExecution,
    readonly hint: IHint,
    private _state: LineState
  ) {
    this.cell = seen.cell;
    this.cellId = seen.cell.model.id;
    this.id = `${seen.panel.id} ${this.cellId}`;
  }

  /**
   * The id of its cell: the same in a copy of the notebook.
   */
  readonly cellId: string;

  /**
   * Its own id.
   */
  readonly id: string;

  /**
   * The cell as it is drawn now: one that is moved is drawn anew.
   */
  cell: CodeCell;

  /**
   * Whether a screen reader was told what it says.
   */
  told = false;

  /**
   * What the user typed into it.
   */
  get typed(): string {
    return this._typed;
  }

  /**
   * How far it is.
   */
  get state(): LineState {
    return this._state;
  }
  set state(state: LineState) {
    this._state = state;
    this.told = false;
    this._changed.emit();
  }

  /**
   * Emits when it says something else.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Emits when it is over with it.
   */
  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  /**
   * Whether it is over with it.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Keep what the user typed, while it is scrolled out of view and not drawn.
   */
  keep(typed: string): void {
    this._typed = typed;
  }

  /**
   * Say nothing any more.
   */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._disposed.emit();
      Signal.clearData(this);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _typed = '';
}
