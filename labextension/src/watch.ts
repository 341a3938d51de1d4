import type { IDisposable } from '@lumino/disposable';
import type { IPoll } from '@lumino/polling';
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
 * Asks the server now and then whether what is installed is still what a report was made of, and the
 * kernel still the process: a pip in a terminal rings no bell, and where another client restarts a
 * kernel, this page may hear nothing of it. The longer nothing changes the less often, and at once when the user comes
 * back to the page, as from a terminal elsewhere.
 *
 * No kernel is asked, and what fails is not told: it is a hint, and nobody waits for it.
 */
export class Watch implements IDisposable {
  /**
   * @param connect - How to reach the server now
   * @param watched - What to ask about now; `null` where there is nothing, or no need
   * @param changed - What to call when a report turned out to be old
   * @param restarted - What to call when its kernel turned out to have been restarted
   */
  constructor(
    private readonly connect: (background?: boolean) => IConnection,
    private readonly watched: () => IWatched | null,
    private readonly changed: () => void,
    private readonly restarted: () => void
  ) {
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-envcheck:watch',
      factory: () => this._ask(),
      frequency: Private.every(Private.SHORTEST),
      linger: 0,
      standby: () => (this.watched() ? 'when-hidden' : true)
    });
    document.addEventListener('visibilitychange', this._onReturned);
    window.addEventListener('focus', this._onReturned);
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
    this._poll.frequency = Private.every(Private.SHORTEST);
    void this._poll.schedule({ interval: Private.SHORTEST, phase: 'started' });
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
    document.removeEventListener('visibilitychange', this._onReturned);
    window.removeEventListener('focus', this._onReturned);
    this._poll.dispose();
  }

  /**
   * Whether something was installed or removed since a report was made.
   */
  isOld(report: Report): boolean {
    return report === this._old;
  }

  private _onReturned = (): void => {
    const rested = Date.now() - this._askedAt >= Private.SHORTEST;
    if (rested && this.watched() && document.visibilityState === 'visible') {
      this._poll.frequency = Private.every(Private.SHORTEST);
      void this._poll.refresh();
    }
  };

  private async _ask(): Promise<void> {
    const asked = this.watched();
    if (!asked) {
      return;
    }
    this._askedAt = Date.now();
    const { interval } = this._poll.frequency;
    this._poll.frequency = Private.every(
      asked.report === this._last ? 2 * interval : Private.SHORTEST
    );
    this._last = asked.report;
    const now = await api.getNow(this.connect(true), asked.kernel);
    // While it was on its way, another report may have come, or a look or a job begun.
    if (this.isDisposed || this.watched()?.report !== asked.report) {
      return;
    }
    const { fingerprint } = now;
    if (now.restarted) {
      this.restarted();
    } else if (fingerprint && fingerprint !== asked.report.fingerprint) {
      this._old = asked.report;
      this.changed();
    }
  }

  private _askedAt = 0;
  private _last: Report | null = null;
  private _old: Report | null = null;
  private readonly _poll: Poll;
}

namespace Private {
  /**
   * How many milliseconds lie between two questions, at least.
   */
  export const SHORTEST = 5000;

  /**
   * How many lie between them at most, where the server answers.
   */
  const LONGEST = 30_000;

  /**
   * One question in so many milliseconds; less often where the server fails.
   */
  export function every(milliseconds: number): IPoll.Frequency {
    const interval = Math.min(milliseconds, LONGEST);
    return { interval, backoff: true, max: 60_000 };
  }
}
