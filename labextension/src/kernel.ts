import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Kernel, KernelSpec } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { ICell } from './api';
import { codeCells } from './codecells';

/**
 * A kernel's state, as far as it matters here: what the server may ask a busy one, it knows itself.
 *
 * One that this page is `connecting` to may have run for long; one that is `starting` has forgotten
 * what it had imported.
 */
export type KernelState =
  'none' | 'connecting' | 'starting' | 'idle' | 'busy' | 'dead';

/**
 * The kernel of the notebook or console in front.
 */
export interface ISubject {
  /**
   * The id of the document it is in front with: two may share a kernel.
   */
  readonly document: string;

  /**
   * The kernel's id; `null` where none runs.
   */
  readonly kernel: string | null;

  readonly state: KernelState;

  /**
   * The name of its kernelspec; `null` where none runs.
   */
  readonly spec: string | null;

  /**
   * The language of its kernelspec; `null` where that is not known.
   */
  readonly language: string | null;
}

/**
 * Who knows which kernel is in front.
 */
export interface IFrontKernel {
  /**
   * The kernel in front; `null` where there is no notebook or console.
   */
  readonly subject: ISubject | null;

  /**
   * Emits when another kernel is in front, or its state changed.
   */
  readonly changed: ISignal<IFrontKernel, void>;

  /**
   * Emits some time after cells were executed.
   */
  readonly executed: ISignal<IFrontKernel, void>;

  /**
   * The code cells of the notebook in front; `null` where it is a console.
   */
  cells(): ReadonlyArray<ICell> | null;
}

/**
 * Follows the kernel of the notebook or console in front.
 */
export class KernelFollower implements IFrontKernel, IDisposable {
  constructor(options: KernelFollower.IOptions) {
    this._options = options;
    const { shell, notebooks, consoles } = options;
    NotebookActions.executed.connect(this._onNotebookExecuted, this);
    shell.currentChanged?.connect(this._onFrontChanged, this);
    notebooks?.currentChanged.connect(this._onFrontChanged, this);
    consoles?.currentChanged.connect(this._onFrontChanged, this);
    // The signals say nothing of a document that was open before.
    this._onFrontChanged();
  }

  /**
   * Emits when another kernel is in front, or its state changed.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Emits half a second after the last of some cells was executed.
   */
  get executed(): ISignal<this, void> {
    return this._executed;
  }

  /**
   * Whether nothing is followed any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * The notebook or console that is followed.
   */
  get front(): NotebookPanel | ConsolePanel | null {
    return this._front;
  }

  /**
   * The notebook that is followed; `null` where it is a console or nothing.
   */
  get notebook(): NotebookPanel | null {
    const { notebooks } = this._options;
    const front = this._front;
    return (front && notebooks?.find(panel => panel === front)) ?? null;
  }

  /**
   * The kernel in front; `null` where there is no notebook or console.
   */
  get subject(): ISubject | null {
    const front = this._front;
    if (!front) {
      return null;
    }
    const context = front.sessionContext;
    const kernel = context.session?.kernel;
    const spec = kernel && this._options.specs()?.kernelspecs[kernel.name];
    return {
      document: front.id,
      kernel: kernel?.id ?? null,
      state:
        this._start?.over && this._start.kernel === kernel
          ? 'idle'
          : Private.state(context),
      spec: kernel?.name ?? null,
      language: spec?.language?.toLowerCase() ?? null
    };
  }

  /**
   * The code cells of the notebook in front; `null` where it is a console.
   */
  cells(): ReadonlyArray<ICell> | null {
    const { notebook } = this;
    return notebook && codeCells(notebook);
  }

  /**
   * Give the document in front another kernel, which ends the one that it has.
   *
   * @param name - The name of the kernelspec, which may be newer than what the page knows
   */
  async use(name: string): Promise<void> {
    const front = this._front;
    await this._options.refreshSpecs();
    await front?.sessionContext.changeKernel({ name });
  }

  /**
   * Follow nothing any more.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._follow(null);
    this._settled.dispose();
    const { shell, notebooks, consoles } = this._options;
    NotebookActions.executed.disconnect(this._onNotebookExecuted, this);
    shell.currentChanged?.disconnect(this._onFrontChanged, this);
    notebooks?.currentChanged.disconnect(this._onFrontChanged, this);
    consoles?.currentChanged.disconnect(this._onFrontChanged, this);
    Signal.clearData(this);
  }

  /**
   * Follow the document in front; with neither a notebook nor a console there, the last one.
   */
  private _onFrontChanged(): void {
    const { shell, notebooks, consoles } = this._options;
    const here = shell.currentWidget;
    const found =
      notebooks?.find(panel => panel === here) ??
      consoles?.find(panel => panel === here);
    const front = this._front && !this._front.isDisposed ? this._front : null;
    this._follow(
      found ??
        front ??
        notebooks?.currentWidget ??
        consoles?.currentWidget ??
        null
    );
  }

  private _follow(front: NotebookPanel | ConsolePanel | null): void {
    const before = this._front;
    if (front === before) {
      return;
    }
    if (before && !before.isDisposed) {
      before.disposed.disconnect(this._onFrontDisposed, this);
      Private.disconnect(before.sessionContext, this._onContextChanged, this);
      Private.prompt(before)?.executed.disconnect(this._onExecuted, this);
    }
    this._front = front;
    if (front) {
      front.disposed.connect(this._onFrontDisposed, this);
      Private.connect(front.sessionContext, this._onContextChanged, this);
      Private.prompt(front)?.executed.connect(this._onExecuted, this);
      // No other signal tells that no kernel will come.
      void front.sessionContext.ready.then(() => {
        if (front === this._front) {
          this._changed.emit();
        }
      });
    }
    this._awaitStart();
    this._changed.emit();
  }

  /**
   * Find out when a kernel that starts can answer: one that another client restarted stays
   * `starting` for the page until it runs something.
   */
  private _awaitStart(): void {
    const kernel = this._front?.sessionContext.session?.kernel;
    if (kernel?.status !== 'starting') {
      this._start = null;
      return;
    }
    if (this._start?.kernel === kernel) {
      return;
    }
    const start: Private.IStart = { kernel, over: false };
    this._start = start;
    kernel.requestKernelInfo().then(
      () => {
        if (start === this._start) {
          start.over = true;
          this._changed.emit();
        }
      },
      // It ended, or was restarted: its status tells.
      () => {}
    );
  }

  private _onFrontDisposed(front: Widget): void {
    if (front === this._front) {
      this._front = null;
      this._onFrontChanged();
      this._changed.emit();
    }
  }

  private _onContextChanged(): void {
    this._awaitStart();
    this._changed.emit();
  }

  private _onNotebookExecuted(
    _: unknown,
    args: { readonly notebook: Widget }
  ): void {
    if (args.notebook === this.notebook?.content) {
      this._onExecuted();
    }
  }

  private _onExecuted(): void {
    void this._settled.invoke();
  }

  private _changed = new Signal<this, void>(this);
  private _executed = new Signal<this, void>(this);
  private _front: NotebookPanel | ConsolePanel | null = null;
  private _isDisposed = false;
  private readonly _options: KernelFollower.IOptions;
  private readonly _settled = new Debouncer(() => this._executed.emit(), 500);
  private _start: Private.IStart | null = null;
}

/**
 * A namespace for `KernelFollower` statics.
 */
export namespace KernelFollower {
  /**
   * Where documents and kernelspecs are.
   */
  export interface IOptions {
    readonly shell: JupyterFrontEnd.IShell;
    readonly notebooks: INotebookTracker | null;
    readonly consoles: IConsoleTracker | null;
    readonly specs: () => KernelSpec.ISpecModels | null;
    readonly refreshSpecs: () => Promise<void>;
  }
}

namespace Private {
  /**
   * A kernel that was seen to start, and whether it has answered since.
   */
  export interface IStart {
    readonly kernel: Kernel.IKernelConnection;
    over: boolean;
  }

  export function state(context: ISessionContext): KernelState {
    switch (context.session?.kernel?.status) {
      case undefined:
        // A context is not ready before its first kernel, and not after a shutdown either.
        return ['initializing', 'starting'].includes(
          context.kernelDisplayStatus
        )
          ? 'starting'
          : 'none';
      case 'unknown':
        return 'connecting';
      case 'idle':
        return 'idle';
      case 'busy':
        return 'busy';
      case 'dead':
      case 'terminating':
        return 'dead';
      default:
        return 'starting';
    }
  }

  export function connect(
    context: ISessionContext,
    slot: () => void,
    thisArg: object
  ): void {
    context.kernelChanged.connect(slot, thisArg);
    context.statusChanged.connect(slot, thisArg);
  }

  export function disconnect(
    context: ISessionContext,
    slot: () => void,
    thisArg: object
  ): void {
    context.kernelChanged.disconnect(slot, thisArg);
    context.statusChanged.disconnect(slot, thisArg);
  }

  /**
   * The console's widget, which says when code was executed.
   */
  export function prompt(
    front: NotebookPanel | ConsolePanel
  ): ConsolePanel['console'] | null {
    return 'console' in front ? front.console : null;
  }
}
