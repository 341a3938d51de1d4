import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

/**
 * A kernel's state, as far as it matters here: what the server may ask a busy one, it knows itself.
 *
 * One that this page is `connecting` to may have run for long; one that is `starting` has forgotten
 * what it had imported.
 */
export type KernelState =
  'none' | 'connecting' | 'starting' | 'idle' | 'busy' | 'dead';

/**
 * Knows the state of a document's kernel: what JupyterLab says of it, and what it does not say of one
 * that another client restarted.
 */
export class StateFollower {
  /**
   * @param changed - What to call when the state is another, or the kernel is
   */
  constructor(private readonly changed: () => void) {}

  /**
   * The state of the kernel that is followed.
   */
  get state(): KernelState {
    const { _context: context, _start: start } = this;
    if (start && start.kernel === context?.session?.kernel) {
      return start.over ? 'idle' : 'starting';
    }
    return context ? Private.state(context) : 'none';
  }

  /**
   * Follow the kernel of another document, or none.
   */
  follow(context: ISessionContext | null): void {
    const before = this._context;
    if (before && !before.isDisposed) {
      before.iopubMessage.disconnect(this._onMessage, this);
      before.kernelChanged.disconnect(this._onChanged, this);
      before.statusChanged.disconnect(this._onChanged, this);
    }
    this._context = context;
    this._heard = null;
    context?.iopubMessage.connect(this._onMessage, this);
    context?.kernelChanged.connect(this._onChanged, this);
    context?.statusChanged.connect(this._onChanged, this);
    this._awaitStart();
  }

  /**
   * Take it that the kernel was restarted, of which this page heard nothing.
   */
  noteRestart(): void {
    const kernel = this._context?.session?.kernel;
    if (kernel) {
      // Whoever speaks next is the process that is meant.
      this._heard = null;
      this._begin(kernel);
      this.changed();
    }
  }

  private _onChanged(): void {
    this._awaitStart();
    this.changed();
  }

  /**
   * Listen to which process speaks: what one says of its start is easily lost, and JupyterLab tells no
   * change of a kernel that starts once more while it still takes it to be starting.
   */
  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const kernel = this._context?.session?.kernel;
    const process = Private.processOf(message);
    if (!kernel || process === null) {
      return;
    }
    const heard = this._heard;
    this._heard = { kernel, process };
    if (heard?.kernel === kernel && heard.process !== process) {
      this._begin(kernel);
      this.changed();
    }
    if (this._start && Private.isOfCell(message)) {
      this._start = null;
      this.changed();
    }
  }

  /**
   * One that another client restarted stays `starting` for the page until it runs something.
   */
  private _awaitStart(): void {
    const kernel = this._context?.session?.kernel;
    if (kernel?.status !== 'starting') {
      this._start = null;
    } else if (this._start?.kernel !== kernel) {
      this._begin(kernel);
    }
  }

  /**
   * Find out when a kernel that starts can answer.
   */
  private _begin(kernel: Kernel.IKernelConnection): void {
    const start: Private.IStart = { kernel, over: false };
    this._start = start;
    kernel.requestKernelInfo().then(
      () => {
        if (start === this._start) {
          start.over = true;
          this.changed();
        }
      },
      // It ended, or was restarted: its status tells.
      () => {}
    );
  }

  private _context: ISessionContext | null = null;
  private _heard: Private.IHeard | null = null;
  private _start: Private.IStart | null = null;
}

namespace Private {
  /**
   * A kernel that was seen to start, and whether it has answered since.
   */
  export interface IStart {
    readonly kernel: Kernel.IKernelConnection;
    over: boolean;
  }

  /**
   * A kernel that was heard, and which of its processes it was.
   */
  export interface IHeard {
    readonly kernel: Kernel.IKernelConnection;
    readonly process: string;
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

  /**
   * Which process of a kernel speaks: each has a session of its own by the messaging protocol. It
   * is heard best when it welcomes who subscribes (from protocol 5.4 on): what it said before that
   * is lost, of its start as of who asked it then.
   *
   * `null` for what the server says in its place (of a kernel that died), and for a kernel that only
   * hands back the session of who asked.
   */
  export function processOf(message: KernelMessage.IMessage): string | null {
    const { header } = message;
    const parent = message.parent_header as Partial<KernelMessage.IHeader>;
    return SPEAKS.has(stateIn(message) ?? header.msg_type) &&
      header.session &&
      header.session !== parent.session
      ? header.session
      : null;
  }

  /**
   * Whether a message tells that a cell begins or ends, so that its kernel has started, and JupyterLab
   * knows its state: it does not look at what questions like `kernel_info_request` make of it.
   */
  export function isOfCell(message: KernelMessage.IMessage): boolean {
    const parent = message.parent_header as Partial<KernelMessage.IHeader>;
    return parent.msg_type === 'execute_request';
  }

  function stateIn({ content }: KernelMessage.IMessage): string | undefined {
    return (content as Partial<{ execution_state: string }>).execution_state;
  }

  /**
   * The states, and the message, that only a kernel tells of itself.
   */
  const SPEAKS: ReadonlySet<string> = new Set([
    'busy',
    'idle',
    'iopub_welcome',
    'starting'
  ]);
}
