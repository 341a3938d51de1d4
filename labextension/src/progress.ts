import type { IDisposable } from '@lumino/disposable';
import { Poll, Throttler } from '@lumino/polling';
import type { Bell, IRing } from './bell';
import type { Jobs } from './jobs';
import type { Plans } from './plans';

/**
 * Asks how the plan and the job that are shown are getting on: when the server's bell rings, and
 * now and then, as long as something is on its way.
 */
export class Progress implements IDisposable {
  constructor(private readonly options: Progress.IOptions) {
    options.bell.rang.connect(this._onRang, this);
    document.addEventListener('visibilitychange', this._onVisibilityChanged);
    // The bell may be out of order (another server, a proxy without websockets): look now and then
    // as long as something is on its way, and only then.
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-envcheck:follow',
      factory: () => this._ask(),
      frequency: { interval: 1000, backoff: true, max: 10_000 },
      standby: () => (options.active() ? 'when-hidden' : true)
    });
    // A job of somebody else's rings at every step.
    this._soon = new Throttler(() => this.load(true), {
      limit: 2000,
      edge: 'trailing'
    });
  }

  /**
   * Whether nothing is asked any more.
   */
  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /**
   * Whether the server works on something that is shown.
   */
  get underWay(): boolean {
    return this.options.plans.resolving || this.options.jobs.underWay;
  }

  /**
   * Begin anew: somebody looks again.
   */
  async wake(): Promise<void> {
    this._missed = false;
    await this.load();
  }

  /**
   * Read the history, and follow a job in it that runs: after a reload, or from another tab.
   */
  async load(background = false): Promise<void> {
    await this.options.jobs.load(background);
    this.follow();
  }

  /**
   * Tell what is the case now, and ask on as long as something is on its way.
   */
  follow(): void {
    if (this.isDisposed) {
      return;
    }
    this.options.changed();
    if (this.underWay) {
      void this._poll.start();
    }
  }

  /**
   * Ask now.
   */
  hurry(): void {
    void this._poll.refresh();
  }

  /**
   * Ask nothing any more.
   */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.options.bell.rang.disconnect(this._onRang, this);
    document.removeEventListener('visibilitychange', this._onVisibilityChanged);
    this._soon.dispose();
    this._poll.dispose();
  }

  private _onRang(_: Bell, ring: IRing): void {
    const { active, jobs } = this.options;
    if (!active()) {
      return;
    }
    if (document.hidden) {
      this._missed = true;
    } else if (ring.kind === 'job' && ring.id !== jobs.shown?.id) {
      void this._soon.invoke();
    } else if (this.underWay) {
      this.hurry();
    }
  }

  private _onVisibilityChanged = (): void => {
    if (this._missed && this.options.active() && !document.hidden) {
      this._missed = false;
      void this.load(true);
      this.hurry();
    }
  };

  /**
   * Ask how the plan and the job are getting on; stop asking when both are done.
   */
  private async _ask(): Promise<void> {
    const { changed, jobs, plans } = this.options;
    // One that cannot be asked about does not keep the other waiting.
    const answers = await Promise.allSettled([plans.follow(), jobs.follow()]);
    if (this.isDisposed) {
      return;
    }
    changed();
    if (!this.underWay) {
      void this._poll.stop();
    }
    for (const answer of answers) {
      if (answer.status === 'rejected') {
        // So that the poll asks less often.
        throw answer.reason;
      }
    }
  }

  private _missed = false;
  private readonly _poll: Poll;
  private readonly _soon: Throttler;
}

/**
 * A namespace for `Progress` statics.
 */
export namespace Progress {
  /**
   * What is followed, and who is told.
   */
  export interface IOptions {
    /**
     * Whether somebody looks, which is when the server may be asked.
     */
    readonly active: () => boolean;

    readonly bell: Bell;

    /**
     * What to call when something may not be as it was.
     */
    readonly changed: () => void;

    readonly jobs: Jobs;
    readonly plans: Plans;
  }
}
