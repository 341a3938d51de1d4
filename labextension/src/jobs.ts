import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { Job } from './wire';

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
   * Why jobs could not be read, cancelled or undone.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Whether the job that is shown is still going to change something.
   */
  get underWay(): boolean {
    return this._shown !== null && isRunning(this._shown);
  }

  /**
   * When the job that is shown ended, by this computer's clock if it was seen to end; `null` where
   * it has not, or no time is known.
   */
  get endedAt(): number | null {
    const { _shown: job } = this;
    if (!job || isRunning(job)) {
      return null;
    }
    // The server's clock may differ from ours, which tells when a kernel started.
    const at = this._seenToEnd ?? Date.parse(job.ended ?? '');
    return Number.isNaN(at) ? null : at;
  }

  /**
   * Whether the job that is shown ended, or began, before the eyes of this page.
   */
  get witnessed(): boolean {
    return this._witnessed;
  }

  /**
   * Read the history. A job in it that runs is shown; the newest, where none is shown.
   */
  async load(background = false): Promise<void> {
    await this._act(async () => {
      const connection = this.connect(background);
      this._rows = await api.listJobs(connection).catch(error => {
        if (error instanceof api.ApiError && error.status === 403) {
          // Who may not install has no history either; nothing went wrong.
          return [];
        }
        throw error;
      });
      const row = this._next();
      if (row) {
        this._show(
          await api.getJob(connection, row.id, 0).catch(() => row),
          row.id === this._wanted
        );
      }
    });
  }

  /**
   * Show a job that was just started; where it cannot be read, it is shown with the history.
   */
  async show(id: string): Promise<void> {
    this._wanted = id;
    this._problem = null;
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
   * Take back what a job did, which is a job as well.
   */
  async undo(id: string): Promise<void> {
    let undoing = '';
    await this._act(async () => {
      undoing = await api.undoJob(this.connect(), id);
    });
    if (undoing) {
      await this.show(undoing);
    }
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
      this._problem = null;
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
      this._problem = api.toProblem(error);
      throw error;
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
    const newest = this._shown ? null : this._rows[0];
    return this._rows.find(isRunning) ?? newest ?? null;
  }

  private async _act(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this._problem = null;
    } catch (error) {
      this._problem = api.toProblem(error);
    }
  }

  private _problem: IProblem | null = null;
  private _rows: ReadonlyArray<Job> = [];
  private _seenToEnd: number | null = null;
  private _shown: Job | null = null;
  private _wanted: string | null = null;
  private _witnessed = false;
}

/**
 * Whether a job is still going to change something.
 */
export function isRunning({ state }: Job): boolean {
  return state === 'queued' || state === 'running';
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
