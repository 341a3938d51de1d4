import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { IFrontKernel } from './kernel';
import { obstacleOf } from './obstacle';
import { placeOf, Reports } from './reports';
import type { Report } from './wire';

/**
 * What a move of the kernel in front means for looking at it.
 */
export interface IMove {
  /**
   * Whether another document or kernel is in front.
   */
  readonly moved: boolean;

  /**
   * Whether it is time to look at it.
   */
  readonly ripe: boolean;
}

/**
 * Looks at the kernel in front, one look at a time, and keeps what was seen.
 */
export class Looks {
  /**
   * @param kernels - Who knows which kernel is in front
   * @param active - Whether somebody looks, which is when the server may be asked
   * @param connect - How to reach the server now
   * @param changed - What to call when something is not as it was
   */
  constructor(
    private readonly kernels: IFrontKernel,
    private readonly active: () => boolean,
    private readonly connect: () => IConnection,
    private readonly changed: () => void
  ) {}

  /**
   * The last report of the kernel in front.
   */
  get report(): Report | null {
    return this._reports.get(this._place);
  }

  /**
   * The last report of the kernel that is in front now, which may not be the one that was looked at.
   */
  get known(): Report | null {
    return this._reports.get(placeOf(this.kernels.subject));
  }

  /**
   * Whether a look is under way, so that the report may be out of date.
   */
  get underWay(): boolean {
    return this._underWay;
  }

  /**
   * Whether the user asked for the look that is under way or was the last.
   */
  get asked(): boolean {
    return this._asked;
  }

  /**
   * Whether there is a kernel that can be looked at now.
   */
  get possible(): boolean {
    return this._place !== '' && !this._obstacle && !this._underWay;
  }

  /**
   * Why there is no report, or none that is newer.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Turn to the kernel that is in front now, or to the state that it is in now.
   */
  turn(): IMove {
    const { subject } = this.kernels;
    const obstacle = obstacleOf(subject);
    const place = placeOf(subject);
    const moved = place !== this._place;
    const awoke = this._obstacle !== null && obstacle === null;
    const fell = this._obstacle === null && obstacle !== null;
    this._obstacle = obstacle;
    if (moved) {
      this._place = place;
      this._asked = false;
    }
    if (moved || fell) {
      this.forget();
    }
    if (moved || fell || awoke || obstacle) {
      this._problem = obstacle;
    }
    // Not at every change of state: looking at a kernel makes it busy and idle again.
    return { moved, ripe: moved || awoke };
  }

  /**
   * Look at the kernel in front.
   *
   * @param refresh - Whether to look again at what the server remembers
   * @param asked - Whether the user asked for it, and so waits for a word
   */
  async look(refresh: boolean, asked: boolean): Promise<void> {
    const kernel = this.kernels.subject?.kernel ?? null;
    if (!this.active() || kernel === null || this._obstacle) {
      return;
    }
    this._asked = asked || (this._underWay && this._asked);
    if (this._underWay) {
      // One look at a time: a loop of short cells would otherwise outrun every answer.
      this._again = true;
      this._afresh ||= refresh;
      return;
    }
    this._underWay = true;
    this.changed();
    const ticket = this._ticket;
    const missing = [...this._missing];
    const waiting = this._waiting.splice(0);
    this._missing.clear();
    let report: Report | null = null;
    let problem: IProblem | null = null;
    try {
      report = await api.makeReport(
        this.connect(),
        kernel,
        this.kernels.cells(),
        refresh,
        missing
      );
    } catch (error) {
      problem = api.toProblem(error);
    }
    waiting.forEach(done => done(report));
    if (ticket !== this._ticket) {
      // Another kernel is in front by now: this answer is not about it.
      return;
    }
    this._underWay = false;
    this._problem = problem;
    if (report) {
      this._reports.keep(this._place, report);
    }
    this.changed();
    if (this._again) {
      const afresh = this._afresh;
      this._again = this._afresh = false;
      await this.look(afresh, false);
    }
  }

  /**
   * The report of the next look that begins; `null` where none comes of it.
   *
   * @param missing - Modules of which an import failed: that look asks for them, too
   */
  async next(missing: ReadonlyArray<string>): Promise<Report | null> {
    missing.forEach(name => this._missing.add(name));
    return new Promise(resolve => this._waiting.push(resolve));
  }

  /**
   * Let nobody wait for a look that has not begun.
   */
  release(): void {
    this._missing.clear();
    this._waiting.splice(0).forEach(done => done(null));
  }

  /**
   * Wait for no answer any more.
   */
  forget(): void {
    this.release();
    this._ticket++;
    this._underWay = this._again = this._afresh = false;
  }

  private _afresh = false;
  private _again = false;
  private _asked = false;
  private readonly _missing = new Set<string>();
  private _obstacle: IProblem | null = null;
  private _place = '';
  private _problem: IProblem | null = null;
  private readonly _reports = new Reports();
  private _ticket = 0;
  private _underWay = false;
  private readonly _waiting: ((report: Report | null) => void)[] = [];
}
