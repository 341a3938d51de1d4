import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IProblem } from '../api';
import * as api from '../api';
import { codeCells } from '../codecells';
import type { Executions, IDisplayed, IExecution } from '../executions';
import type { Report } from '../wire';
import { readBundle, readWords } from './bundle';

/**
 * An output of the small `%envcheck` that this page saw come.
 */
export interface IDisplay {
  readonly panel: NotebookPanel;

  /**
   * The id of its cell.
   */
  readonly cell: string;

  /**
   * The id of the kernel that ran the cell.
   */
  readonly kernel: string;

  /**
   * The words behind the magic.
   */
  readonly words: ReadonlyArray<string>;

  /**
   * The report on that kernel; `null` as long as there is none.
   */
  readonly report: Report | null;

  /**
   * Why there is no report.
   */
  readonly problem: IProblem | null;
}

/**
 * Knows the outputs of the small `%envcheck` that came while this page had a cell run, and asks the
 * server about the kernel that ran it: once, when the cell has come to its end. What is stored in a
 * notebook, copied or forged is not known here.
 */
export class Displays implements IDisposable {
  constructor(
    private readonly _executions: Executions,
    private readonly _settings: ServerConnection.ISettings
  ) {
    _executions.began.connect(this._onBegan, this);
    _executions.displayed.connect(this._onDisplayed, this);
    _executions.ended.connect(this._onEnded, this);
  }

  /**
   * Emits when more or less is known of some output.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * The output of this name; `null` where none was seen.
   */
  find(id: string): IDisplay | null {
    return this._displays.get(id) ?? null;
  }

  /**
   * Whether nothing is listened to any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Forget all.
   */
  dispose(): void {
    this._isDisposed = true;
    this._executions.began.disconnect(this._onBegan, this);
    this._executions.displayed.disconnect(this._onDisplayed, this);
    this._executions.ended.disconnect(this._onEnded, this);
    this._displays.clear();
    Signal.clearData(this);
  }

  private _onDisplayed(_: Executions, shown: IDisplayed): void {
    const { kernel, panel } = shown;
    const { id } = readBundle(shown.data);
    const cell = shown.cell.model.id;
    if (
      id === null ||
      this._displays.has(id) ||
      this._of(panel, cell).length >= Private.MOST
    ) {
      return;
    }
    const words = readWords(shown.transient);
    const nothing = { problem: null, report: null };
    this._displays.set(id, { ...nothing, cell, kernel, panel, words });
    panel.disposed.connect(this._onDisposed, this);
    panel.sessionContext.statusChanged.connect(this._onStatus, this);
    this._changed.emit();
  }

  private _onBegan(_: Executions, cell: Cell): void {
    this._forget(one => one.panel.content.widgets.includes(cell), cell);
  }

  private _onDisposed(panel: NotebookPanel): void {
    this._forget(one => one.panel === panel);
  }

  private _onEnded(_: Executions, seen: IExecution): void {
    const { cell, died, kernel, panel } = seen;
    const waiting = this._of(panel, cell.model.id).filter(
      ([, one]) => one.kernel === kernel
    );
    if (!died && waiting.length > 0) {
      void this._ask(waiting, panel, kernel);
    }
  }

  /**
   * A kernel that ended is not asked about what it showed last.
   */
  private _onStatus(context: ISessionContext, status: Kernel.Status): void {
    if (Private.ENDS.has(status)) {
      this._forget(
        one => one.panel.sessionContext === context && one.report === null
      );
    }
  }

  private async _ask(
    waiting: ReadonlyArray<[string, IDisplay]>,
    panel: NotebookPanel,
    kernel: string
  ): Promise<void> {
    const cells = codeCells(panel);
    const settings = this._settings;
    const found = await api
      .makeReport({ settings }, kernel, cells, false)
      .then(report => ({ report }))
      .catch(error => ({ problem: api.toProblem(error) }));
    for (const [id, one] of waiting) {
      // The cell may run again meanwhile.
      if (this._displays.get(id) === one) {
        this._displays.set(id, { ...one, ...found });
      }
    }
    this._changed.emit();
  }

  private _of(
    panel: NotebookPanel,
    cell: string
  ): ReadonlyArray<[string, IDisplay]> {
    return [...this._displays].filter(
      ([, one]) => one.panel === panel && one.cell === cell
    );
  }

  private _forget(holds: (one: IDisplay) => boolean, cell?: Cell): void {
    for (const [id, one] of this._displays) {
      if (holds(one) && (!cell || one.cell === cell.model.id)) {
        this._displays.delete(id);
      }
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _displays = new Map<string, IDisplay>();
  private _isDisposed = false;
}

namespace Private {
  /**
   * How many outputs of a cell are drawn.
   */
  export const MOST = 8;

  export const ENDS: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
    'autorestarting',
    'dead',
    'restarting',
    'terminating'
  ]);
}
