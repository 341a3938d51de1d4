import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ICell } from './api';

/**
 * A cell that this page had a kernel run, and what came of it.
 */
export interface IExecution {
  readonly panel: NotebookPanel;
  readonly cell: CodeCell;

  /**
   * The kernel's id.
   */
  readonly kernel: string;

  /**
   * The cell's code when it was run.
   */
  readonly source: string;

  /**
   * The end of what it wrote.
   */
  readonly output: string;

  /**
   * The error that ended it; `null` where none did.
   */
  readonly error: { readonly name: string; readonly value: string } | null;

  /**
   * Whether the kernel died meanwhile.
   */
  readonly died: boolean;

  /**
   * The cells with imports that ran to their end before, in the same process.
   */
  readonly before: ReadonlyArray<ICell>;
}

/**
 * Something that a cell shows while this page has a kernel run it.
 */
export interface IDisplayed {
  readonly panel: NotebookPanel;
  readonly cell: CodeCell;

  /**
   * The kernel's id.
   */
  readonly kernel: string;

  /**
   * What is shown, by MIME type.
   */
  readonly data: unknown;

  /**
   * What comes with it and is not kept.
   */
  readonly transient: unknown;
}

/**
 * Listens to the cells that this page has kernels run, and to nothing else: what is stored in a
 * notebook, or was run by another page, is not seen.
 */
export class Executions implements IDisposable {
  constructor(private readonly _notebooks: INotebookTracker) {
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    NotebookActions.executed.connect(this._onExecuted, this);
    _notebooks.widgetAdded.connect(this._onAdded, this);
    _notebooks.forEach(panel => this._onAdded(_notebooks, panel));
  }

  /**
   * Emits when a cell is about to run.
   */
  get began(): ISignal<this, Cell> {
    return this._began;
  }

  /**
   * Emits when a cell that runs shows something.
   */
  get displayed(): ISignal<this, IDisplayed> {
    return this._displayed;
  }

  /**
   * Emits when a cell came to its end, or its kernel to its own.
   */
  get ended(): ISignal<this, IExecution> {
    return this._ended;
  }

  /**
   * Whether a cell was not run again since.
   */
  isLast(seen: IExecution): boolean {
    return this._last.get(seen.cell) === seen;
  }

  /**
   * Whether nothing is listened to any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Stop listening.
   */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onAdded(_: INotebookTracker, panel: NotebookPanel): void {
    const context = panel.sessionContext;
    const onMessage = (
      _: ISessionContext,
      message: KernelMessage.IMessage
    ): void => this._onMessage(panel, message);
    const onStatus = (_: ISessionContext, status: Kernel.Status): void =>
      this._onStatus(panel, status);
    context.iopubMessage.connect(onMessage);
    context.statusChanged.connect(onStatus);
    panel.disposed.connect(() => {
      this._running.delete(panel);
      context.iopubMessage.disconnect(onMessage);
      context.statusChanged.disconnect(onStatus);
    });
  }

  private _onScheduled(_: unknown, args: Private.IArgs): void {
    const { cell, notebook } = args;
    const panel = this._notebooks.find(one => one.content === notebook);
    if (cell.model.type !== 'code' || !panel) {
      return;
    }
    this._last.delete(cell);
    this._began.emit(cell);
    const running = this._runningIn(panel).filter(one => one.cell !== cell);
    running.push({
      cell: cell as CodeCell,
      error: null,
      heard: false,
      output: '',
      source: cell.model.sharedModel.getSource()
    });
    this._running.set(panel, running);
  }

  private _onExecuted(_: unknown, args: Private.IArgs): void {
    // What was heard of to its end is not there any more: this one was not run after all.
    for (const [panel, running] of this._running) {
      this._running.set(
        panel,
        running.filter(({ cell }) => cell !== args.cell)
      );
    }
  }

  private _onMessage(
    panel: NotebookPanel,
    message: KernelMessage.IMessage
  ): void {
    const parent = (message.parent_header as KernelMessage.IHeader).msg_id;
    const one = this._runningIn(panel).find(
      ({ cell }) =>
        !cell.isDisposed &&
        parent !== undefined &&
        // It is gone where the kernel died.
        cell.outputArea.future?.msg.header.msg_id === parent
    );
    if (!one) {
      return;
    }
    one.heard = true;
    const content = message.content as Record<string, unknown>;
    const type = message.header.msg_type;
    if (type === 'stream') {
      one.output = (one.output + String(content.text)).slice(-Private.MOST);
    } else if (type === 'display_data') {
      const kernel = panel.sessionContext.session?.kernel?.id;
      if (kernel !== undefined) {
        const { data, transient } = content;
        const { cell } = one;
        this._displayed.emit({ cell, data, kernel, panel, transient });
      }
    } else if (type === 'error') {
      one.error = {
        name: String(content.ename),
        value: String(content.evalue).slice(0, Private.MOST)
      };
    } else if (type === 'status' && content.execution_state === 'idle') {
      this._end(panel, one, false);
    }
  }

  private _onStatus(panel: NotebookPanel, status: Kernel.Status): void {
    if (status === 'autorestarting' || status === 'dead') {
      const running = this._runningIn(panel);
      // One that dies at once takes with it what it had to say of having begun.
      const one = running.find(({ heard }) => heard) ?? running[0];
      if (one && !one.cell.isDisposed) {
        this._end(panel, one, true);
      }
      this._forget(panel);
    } else if (status === 'restarting') {
      // It is said of a kernel that died, too, just before that is.
      void Promise.resolve().then(() => this._forget(panel));
    } else if (status === 'terminating') {
      this._forget(panel);
    }
  }

  private _forget(panel: NotebookPanel): void {
    this._running.delete(panel);
    const kernel = panel.sessionContext.session?.kernel?.id;
    this._before.delete(kernel ?? '');
  }

  private _end(
    panel: NotebookPanel,
    one: Private.IRunning,
    died: boolean
  ): void {
    const kernel = panel.sessionContext.session?.kernel?.id;
    this._running.set(
      panel,
      this._runningIn(panel).filter(other => other !== one)
    );
    if (kernel === undefined) {
      return;
    }
    const { cell, error, output, source } = one;
    const before = this._before.get(kernel) ?? [];
    const seen = { before, cell, died, error, kernel, output, panel, source };
    this._last.set(cell, seen);
    this._ended.emit(seen);
    if (!error && /\bimport\b/.test(source)) {
      const ran = [...before, { id: cell.model.id, source }];
      this._before.set(kernel, ran.slice(-Private.MOST_BEFORE));
    }
  }

  private _runningIn(panel: NotebookPanel): Private.IRunning[] {
    return this._running.get(panel) ?? [];
  }

  private readonly _before = new Map<string, ICell[]>();
  private readonly _began = new Signal<this, Cell>(this);
  private readonly _displayed = new Signal<this, IDisplayed>(this);
  private readonly _ended = new Signal<this, IExecution>(this);
  private _isDisposed = false;
  private readonly _last = new WeakMap<Cell, IExecution>();
  private readonly _running = new Map<NotebookPanel, Private.IRunning[]>();
}

namespace Private {
  /**
   * How many characters are kept of what a cell writes.
   */
  export const MOST = 20_000;

  /**
   * How many cells are kept that ran before.
   */
  export const MOST_BEFORE = 200;

  export interface IArgs {
    readonly cell: Cell;
    readonly notebook: unknown;
  }

  export interface IRunning {
    readonly cell: CodeCell;
    error: IExecution['error'];

    /**
     * Whether the kernel has said something about it.
     */
    heard: boolean;
    output: string;
    readonly source: string;
  }
}
