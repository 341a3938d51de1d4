import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { IConnection } from './api';
import * as api from './api';
import type { Report } from './wire';

/**
 * A report that is shown, and the kernel it is about.
 */
export interface IWatched {
  readonly kernel: string;
  readonly report: Report;
}

/**
 * Asks the server now and then whether what is installed is still what a report was made of.
 *
 * No kernel is asked, and what fails is not told: it is a hint, and nobody waits for it.
 */
export class Watch implements IDisposable {
  /**
   * @param connect - How to reach the server now
   * @param watched - What to ask about now; `null` where there is nothing, or no need
   * @param changed - What to call when a report turned out to be old
   */
  constructor(
    private readonly connect: (background?: boolean) => IConnection,
    private readonly watched: () => IWatched | null,
    private readonly changed: () => void
  ) {
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-envcheck:watch',
      factory: () => this._ask(),
      frequency: { interval: Private.INTERVAL, backoff: true, max: 60_000 },
      linger: 0,
      standby: () => (this.watched() ? 'when-hidden' : true)
    });
  }

  /**
   * Whether nothing is asked any more.
   */
  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /**
   * Begin to ask: not at once, for a report is made when somebody begins to look.
   */
  start(): void {
    void this._poll.schedule({ interval: Private.INTERVAL, phase: 'started' });
  }

  /**
   * Ask no more until the next start.
   */
  stop(): void {
    void this._poll.stop();
  }

  /**
   * Ask nothing any more.
   */
  dispose(): void {
    this._poll.dispose();
  }

  /**
   * Whether something was installed or removed since a report was made.
   */
  isOld(report: Report): boolean {
    return report === this._old;
  }

  private async _ask(): Promise<void> {
    const asked = this.watched();
    if (!asked) {
      return;
    }
    const now = await api.getFingerprint(this.connect(true), asked.kernel);
    // While it was on its way, another report may have come, or a look or a job begun.
    if (
      !this.isDisposed &&
      this.watched()?.report === asked.report &&
      now !== null &&
      now !== asked.report.fingerprint
    ) {
      this._old = asked.report;
      this.changed();
    }
  }

  private _old: Report | null = null;
  private readonly _poll: Poll;
}

namespace Private {
  /**
   * How many milliseconds lie between two questions, at least.
   */
  export const INTERVAL = 5000;
}
