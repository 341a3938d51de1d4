import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { KernelSpec } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { ICell } from './api';
import { codeCells } from './codecells';
import type { KernelState } from './kernelstate';
import { StateFollower } from './kernelstate';

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

  /**
   * Take it that the kernel in front was restarted, of which this page heard nothing.
   */
  noteRestart(): void;
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
      state: this._states.state,
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
   * Take it that the kernel in front was restarted, of which this page heard nothing.
   */
  noteRestart(): void {
    this._states.noteRestart();
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
      Private.prompt(before)?.executed.disconnect(this._onExecuted, this);
    }
    this._front = front;
    if (front) {
      front.disposed.connect(this._onFrontDisposed, this);
      Private.prompt(front)?.executed.connect(this._onExecuted, this);
      // No other signal tells that no kernel will come.
      void front.sessionContext.ready.then(() => {
        if (front === this._front) {
          this._changed.emit();
        }
      });
    }
    this._states.follow(front?.sessionContext ?? null);
    this._changed.emit();
  }

  private _onFrontDisposed(front: Widget): void {
    if (front === this._front) {
      this._front = null;
      this._onFrontChanged();
      this._changed.emit();
    }
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
  private readonly _states = new StateFollower(() => this._changed.emit());
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
   * The console's widget, which says when code was executed.
   */
  export function prompt(
    front: NotebookPanel | ConsolePanel
  ): ConsolePanel['console'] | null {
    return 'console' in front ? front.console : null;
  }
}
