import type { IConnection, IProblem } from './api';
import * as api from './api';
import { anyChange, changesPackages } from './plans';
import type { Job, NewKernelspec } from './wire';

/**
 * The job that runs, or ended last, and those before it.
 */
export class Jobs {
  /**
   * @param connect - How to reach the server now
   * @param ended - What to call when the job that is shown has ended
   */
  constructor(
    private readonly connect: (background?: boolean) => IConnection,
    private readonly ended: () => void
  ) {}

  /**
   * The job that runs, or ended last, with its lines.
   */
  get shown(): Job | null {
    return this._shown;
  }

  /**
   * Jobs before that one, newest first.
   */
  get earlier(): ReadonlyArray<Job> {
    return this._rows.filter(({ id }) => id !== this._shown?.id);
  }

  /**
   * Why jobs could not be read, cancelled, undone or freed.
   */
  get problem(): IProblem | null {
    return this._refused ?? this._unread;
  }

  /**
   * Whether the job that is shown is still going to change something.
   */
  get underWay(): boolean {
    return this._shown !== null && isRunning(this._shown);
  }

  /**
   * When a job ended, by this computer's clock if it is shown and was seen to end; `null` where it
   * has not, or no time is known.
   */
  endedAt(job: Job | null): number | null {
    if (!job || isRunning(job)) {
      return null;
    }
    // The server's clock may differ from ours, which tells when a kernel started.
    const seen = job.id === this._shown?.id ? this._seenToEnd : null;
    const at = seen ?? Date.parse(job.ended ?? '');
    return Number.isNaN(at) ? null : at;
  }

  /**
   * Whether the job that is shown ended, or began, before the eyes of this page.
   */
  get witnessed(): boolean {
    return this._witnessed;
  }

  /**
   * Read the history. A job in it that runs is shown; else the newest, where that ended after the one
   * that is shown: another tab may have begun it, and it may have ended while nobody looked here.
   */
  async load(background = false): Promise<void> {
    try {
      const connection = this.connect(background);
      this._rows = await api.listJobs(connection).catch(error => {
        if (error instanceof api.ApiError && error.status === 403) {
          // Who may not install has no history either; nothing went wrong.
          return [];
        }
        throw error;
      });
      const before = this._shown;
      const row = this._next();
      if (row) {
        this._show(
          await api.getJob(connection, row.id, 0).catch(() => row),
          row.id === this._wanted
        );
      }
      this._unread = null;
      if (row && before && !isRunning(row)) {
        this.ended();
      }
    } catch (error) {
      this._unread = api.toProblem(error);
    }
  }

  /**
   * Show a job that was just started; where it cannot be read, it is shown with the history.
   */
  async show(id: string): Promise<void> {
    this._wanted = id;
    this._refused = this._unread = null;
    const job = await api.getJob(this.connect(), id, 0).catch(() => null);
    if (job && this._wanted === id) {
      this._show(job, true);
    }
  }

  /**
   * Cancel a running job.
   */
  async cancel(id: string): Promise<void> {
    await this._act(() => api.cancelJob(this.connect(), id));
  }

  /**
   * Take back what a job did, or repair what it left half done: a job as well.
   */
  async undo(id: string): Promise<void> {
    if (this._undoing) {
      return;
    }
    this._undoing = true;
    let undoing = '';
    await this._act(async () => {
      undoing = await api.undoJob(this.connect(), id);
    });
    this._undoing = false;
    if (undoing) {
      await this.show(undoing);
    }
  }

  /**
   * Free what is kept for taking a job back.
   */
  async free(id: string): Promise<void> {
    await this._act(async () => {
      const { undo } = await api.freeUndo(this.connect(), id);
      const freed = (job: Job): Job => (job.id === id ? { ...job, undo } : job);
      this._rows = this._rows.map(freed);
      this._shown &&= freed(this._shown);
    });
  }

  /**
   * Ask how the job is getting on.
   */
  async follow(): Promise<void> {
    const job = this._shown;
    if (!job || !isRunning(job)) {
      return;
    }
    try {
      const after = job.lines.at(-1)?.n ?? 0;
      const next = await api.getJob(this.connect(true), job.id, after);
      // Another answer may have come first, and said that it ended.
      if (this._shown?.id !== next.id || !isRunning(this._shown)) {
        return;
      }
      this._show(Private.append(this._shown, next), true);
      this._unread = null;
      if (!isRunning(next)) {
        this.ended();
      }
    } catch (error) {
      if (this._shown?.id !== job.id) {
        return;
      }
      if (api.isFinal(error)) {
        this._shown = null;
      }
      this._unread = api.toProblem(error);
      throw error;
    }
  }

  /**
   * Take note of the end of the job that is shown, from who asked about it.
   */
  learn(job: Job): void {
    if (this._shown?.id === job.id && this.underWay && !isRunning(job)) {
      this._show(Private.append(this._shown, job), true);
    }
  }

  private _show(job: Job, witnessed: boolean): void {
    this._witnessed = witnessed || isRunning(job);
    this._seenToEnd = witnessed && !isRunning(job) ? Date.now() : null;
    this._shown = job;
    if (job.id === this._wanted) {
      this._wanted = null;
    }
  }

  /**
   * The job of the history that is to be shown in place of the one that is; `null` keeps that.
   */
  private _next(): Job | null {
    const wanted = this._rows.find(({ id }) => id === this._wanted);
    if (wanted || this.underWay) {
      return wanted ?? null;
    }
    const newest = this._rows.find(row => endsAfter(row, this._shown));
    return this._rows.find(isRunning) ?? newest ?? null;
  }

  private async _act(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this._refused = null;
    } catch (error) {
      this._refused = api.toProblem(error);
    }
  }

  // Why the user's last wish was refused: no answer to another question clears that.
  private _refused: IProblem | null = null;
  private _rows: ReadonlyArray<Job> = [];
  private _seenToEnd: number | null = null;
  private _shown: Job | null = null;
  private _undoing = false;
  private _unread: IProblem | null = null;
  private _wanted: string | null = null;
  private _witnessed = false;
}

/**
 * Whether a job is still going to change something.
 */
export function isRunning({ state }: Job): boolean {
  return state === 'queued' || state === 'running';
}

/**
 * Whether a job ended after another; any job does after none.
 */
function endsAfter({ ended }: Job, other: Job | null): boolean {
  return !other || Date.parse(ended ?? '') > Date.parse(other.ended ?? '');
}

/**
 * Whether a job did what was planned, and broke nothing by it.
 */
export function wentWell({ state, verdict }: Job): boolean {
  return (
    state === 'succeeded' &&
    verdict?.planned === true &&
    verdict.broken.length === 0
  );
}

/**
 * Whether a job was taken back by one of others.
 */
export function isUndone({ id }: Job, others: ReadonlyArray<Job>): boolean {
  return others.some(
    ({ plan: { wish }, state }) =>
      wish.kind === 'undo' && wish.job === id && state === 'succeeded'
  );
}

/**
 * Whether a job changed packages, and only a plan leads back to before it.
 */
export function canGoBack(job: Job, others: ReadonlyArray<Job>): boolean {
  return (
    // One that failed took back what it had begun, unless all was done and broke something else.
    (job.state === 'succeeded' ||
      (job.state === 'failed' && job.verdict?.planned === true)) &&
    !job.undo.possible &&
    job.verdict !== null &&
    anyChange(job.verdict.changes) &&
    changesPackages(job.plan) &&
    !isUndone(job, others)
  );
}

/**
 * The kernel that a job added; `null` where it did not, or it was taken back.
 */
export function newKernel(
  job: Job,
  others: ReadonlyArray<Job>
): NewKernelspec | null {
  return job.state === 'succeeded' &&
    job.verdict?.planned &&
    job.plan.wish.kind !== 'undo' &&
    !isUndone(job, others)
    ? job.plan.kernelspec
    : null;
}

namespace Private {
  /**
   * How many lines of a job's log are kept.
   */
  const LINES = 2000;

  /**
   * The later state of a job with the lines of both: two answers may overlap.
   */
  export function append(before: Job, after: Job): Job {
    const last = before.lines.at(-1)?.n ?? 0;
    const lines = [...before.lines, ...after.lines.filter(({ n }) => n > last)];
    return { ...after, lines: lines.slice(-LINES) };
  }
}
