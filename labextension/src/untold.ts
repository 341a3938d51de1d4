import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Poll, Throttler } from '@lumino/polling';
import type { IConnection } from './api';
import * as api from './api';
import type { Bell } from './bell';
import { isRunning } from './jobs';
import type { EnvcheckModel } from './model';
import type { Job } from './wire';

/**
 * Where the id of a job is kept whose end nobody was told of yet: also over a reload.
 */
export type IMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Waits for the end of a job that was seen to run, while the panel, which would tell of it, is closed.
 *
 * This is the one thing that is asked of the server while the panel is closed, and it is asked only
 * as long as that job runs: when the bell rings for it, and now and then, for the bell may be out of
 * order.
 */
export class Untold implements IDisposable {
  constructor(options: Untold.IOptions) {
    this._options = options;
    const { bell, model } = options;
    this._key = `jupyterlab-envcheck:untold:${options.connection.settings.baseUrl}`;
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-envcheck:untold',
      factory: () => this._ask(),
      frequency: { interval: 5000, backoff: true, max: 30_000 },
      standby: () => model.active
    });
    this._soon = new Throttler(() => this._poll.refresh(), {
      limit: 2000,
      edge: 'trailing'
    });
    model.stateChanged.connect(this._onModelChanged, this);
    const onRang = (_: Bell, ring: { kind: string; id: string }): void => {
      if (ring.kind === 'job' && ring.id === this._job && !model.active) {
        void this._soon.invoke();
      }
    };
    bell.rang.connect(onRang);
    this._heard = new DisposableDelegate(() => bell.rang.disconnect(onRang));
    if (this._job !== null) {
      void this._poll.start();
    }
  }

  /**
   * Whether nothing is waited for any more.
   */
  get isDisposed(): boolean {
    return this._heard.isDisposed;
  }

  /**
   * Wait no more.
   */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._heard.dispose();
    this._options.model.stateChanged.disconnect(this._onModelChanged, this);
    this._soon.dispose();
    this._poll.dispose();
  }

  private get _job(): string | null {
    return this._options.memory.getItem(this._key);
  }

  private _onModelChanged(): void {
    const { job } = this._options.model;
    if (job && isRunning(job) && job.id !== this._seen) {
      this._seen = job.id;
      this._options.memory.setItem(this._key, job.id);
      void this._poll.start();
    } else if (job && job.id === this._job && !isRunning(job)) {
      // The panel has told it.
      this._forget();
    }
  }

  private async _ask(): Promise<void> {
    const { connection, model, tell } = this._options;
    const shown = model.job && isRunning(model.job) ? model.job : null;
    // Another tab may have told of the one that is shown here.
    const id = this._job ?? shown?.id ?? null;
    if (id === null) {
      void this._poll.stop();
      return;
    }
    const after = shown?.id === id ? (shown.lines.at(-1)?.n ?? 0) : null;
    let job: Job | null = null;
    try {
      job = await api.getJob(connection, id, after ?? Private.NO_LINES);
    } catch (error) {
      if (!api.isFinal(error)) {
        throw error;
      }
    }
    if (job && isRunning(job)) {
      return;
    }
    // Another tab, or the panel, may have told it while the answer was on its way.
    const told = this._job !== id || model.active;
    if (this._job === id || this._job === null) {
      this._forget();
    }
    if (job) {
      model.learn(job);
    }
    if (job && !told) {
      tell(job);
    }
  }

  private _forget(): void {
    this._options.memory.removeItem(this._key);
    void this._poll.stop();
  }

  private readonly _heard: DisposableDelegate;
  private readonly _key: string;
  private readonly _options: Untold.IOptions;
  private readonly _poll: Poll;
  private _seen: string | null = null;
  private readonly _soon: Throttler;
}

/**
 * A namespace for `Untold` statics.
 */
export namespace Untold {
  /**
   * What is listened to, and whom to tell.
   */
  export interface IOptions {
    readonly bell: Bell;
    readonly connection: IConnection;
    readonly memory: IMemory;
    readonly model: EnvcheckModel;
    readonly tell: (job: Job) => void;
  }
}

namespace Private {
  /**
   * Behind the last line of any log.
   */
  export const NO_LINES = 999_999_999;
}
