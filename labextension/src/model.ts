import { VDomModel } from '@jupyterlab/ui-components';
import type { ServerConnection } from '@jupyterlab/services';
import { Poll } from '@lumino/polling';
import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { Bell, IRing } from './bell';
import type { IFrontKernel, ISubject } from './kernel';
import type { Job, Plan, Report, Severity } from './wire';

/**
 * What is known of the environment of the kernel in front, what is planned for it, and what runs.
 *
 * While it is not `active` it asks the server nothing.
 */
export class EnvcheckModel extends VDomModel {
  constructor(options: EnvcheckModel.IOptions) {
    super();
    this._settings = options.settings;
    this._kernels = options.kernels;
    this._bell = options.bell;
    this._kernels.changed.connect(this._onKernelChanged, this);
    this._kernels.executed.connect(this._onExecuted, this);
    this._bell.rang.connect(this._onRang, this);
    // The bell may be out of order (another server, a proxy without websockets): look now and then
    // as long as something is on its way, and only then.
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-envcheck:follow',
      factory: () => this._followUp(),
      frequency: { interval: 1000, backoff: true, max: 10_000 },
      standby: () => (this._active ? 'when-hidden' : true)
    });
  }

  /**
   * Whether somebody looks, which is when the server may be asked.
   */
  get active(): boolean {
    return this._active;
  }
  set active(value: boolean) {
    if (value === this._active) {
      return;
    }
    this._active = value;
    if (value) {
      this._onKernelChanged();
      if (!this._looking) {
        // Cells may have run while nobody looked.
        void this.look();
      }
      void this._loadJobs();
    }
  }

  /**
   * The kernel in front; `null` where there is no notebook or console.
   */
  get subject(): ISubject | null {
    return this._kernels.subject;
  }

  /**
   * The last report of the kernel in front.
   */
  get report(): Report | null {
    return this._reports.get(this._kernel ?? '') ?? null;
  }

  /**
   * Whether a look is under way, so that the report may be out of date.
   */
  get looking(): boolean {
    return this._looking;
  }

  /**
   * Whether there is a kernel that can be looked at now.
   */
  get lookable(): boolean {
    return this._kernel !== null && !this._obstacle && !this._looking;
  }

  /**
   * Why there is no report, or none that is newer.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * The plan that the user is shown.
   */
  get plan(): Plan | null {
    return this._plan;
  }

  /**
   * Whether a plan was asked for and is not there yet.
   */
  get planning(): boolean {
    return this._planning || this._plan?.state === 'resolving';
  }

  /**
   * Why there is no plan, or why it was not carried out.
   */
  get planProblem(): IProblem | null {
    return this._planProblem;
  }

  /**
   * The job that runs, or ended last, with all its lines.
   */
  get job(): Job | null {
    return this._job;
  }

  /**
   * Jobs before that one, newest first.
   */
  get earlier(): ReadonlyArray<Job> {
    return this._jobs.filter(({ id }) => id !== this._job?.id);
  }

  /**
   * Why jobs could not be read, cancelled or undone.
   */
  get jobProblem(): IProblem | null {
    return this._jobProblem;
  }

  /**
   * The severity to which the recommendations are narrowed; `null` shows all.
   */
  get filter(): Severity | null {
    return this._filter;
  }
  set filter(value: Severity | null) {
    if (value !== this._filter) {
      this._filter = value;
      this.stateChanged.emit();
    }
  }

  /**
   * Look at the kernel in front.
   *
   * @param refresh - Whether to look again at what the server remembers
   */
  async look(refresh = false): Promise<void> {
    const kernel = this._kernel;
    if (!this._active || kernel === null || this._obstacle) {
      return;
    }
    if (this._looking) {
      // One look at a time: a loop of short cells would otherwise outrun every answer.
      this._again = true;
      this._afresh ||= refresh;
      return;
    }
    this._looking = true;
    this.stateChanged.emit();
    const ticket = this._ticket;
    let report: Report | null = null;
    let problem: IProblem | null = null;
    try {
      report = await api.makeReport(
        this._connection(),
        kernel,
        this._kernels.cells(),
        refresh
      );
    } catch (error) {
      problem = Private.problem(error);
    }
    if (this.isDisposed || ticket !== this._ticket) {
      // Another kernel is in front by now: this answer is not about it.
      return;
    }
    this._looking = false;
    this._problem = problem;
    if (report) {
      this._keep(kernel, report);
    }
    this.stateChanged.emit();
    if (this._again) {
      const afresh = this._afresh;
      this._again = this._afresh = false;
      await this.look(afresh);
    }
  }

  /**
   * Ask what an action of the report would change.
   */
  async makePlan(outcome: string, action: string): Promise<void> {
    const report = this.report;
    if (!report) {
      return;
    }
    this._forgetPlan();
    this._planning = true;
    this.stateChanged.emit();
    const ticket = this._planTicket;
    let plan: Plan | null = null;
    let problem: IProblem | null = null;
    try {
      const id = await api.makePlan(
        this._connection(),
        report.id,
        outcome,
        action
      );
      plan = await api.getPlan(this._connection(), id);
    } catch (error) {
      problem = Private.problem(error);
    }
    if (this.isDisposed || ticket !== this._planTicket) {
      return;
    }
    this._planning = false;
    this._plan = plan;
    this._planProblem = problem;
    this.stateChanged.emit();
    this._follow();
  }

  /**
   * Put the plan aside: nothing is changed.
   */
  async dropPlan(): Promise<void> {
    const plan = this._plan;
    this._forgetPlan();
    this.stateChanged.emit();
    if (plan) {
      // The server forgets plans by itself, so that it did not hear of this one is no problem.
      await api.deletePlan(this._connection(), plan.id).catch(() => undefined);
    }
  }

  /**
   * Carry out the plan that the user was shown.
   */
  async install(): Promise<void> {
    const plan = this._plan;
    if (!plan || this._starting) {
      return;
    }
    this._starting = true;
    this._planProblem = null;
    try {
      const id = await api.startJob(this._connection(), plan.id);
      this._job = await api.getJob(this._connection(), id, 0);
      this._plan = null;
      this._jobProblem = null;
    } catch (error) {
      this._planProblem = Private.problem(error);
    }
    this._starting = false;
    this.stateChanged.emit();
    this._follow();
  }

  /**
   * Cancel a running job.
   */
  async cancel(id: string): Promise<void> {
    await this._act(() => api.cancelJob(this._connection(), id));
    void this._poll.refresh();
  }

  /**
   * Take back what a job did, which is a job as well.
   */
  async undo(id: string): Promise<void> {
    await this._act(async () => {
      const undoing = await api.undoJob(this._connection(), id);
      this._job = await api.getJob(this._connection(), undoing, 0);
    });
    await this._loadJobs();
  }

  /**
   * Stop following kernels and jobs.
   */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._active = false;
    this._kernels.changed.disconnect(this._onKernelChanged, this);
    this._kernels.executed.disconnect(this._onExecuted, this);
    this._bell.rang.disconnect(this._onRang, this);
    this._poll.dispose();
    super.dispose();
  }

  private _connection(background = false): IConnection {
    return { settings: this._settings, background };
  }

  private _onKernelChanged(): void {
    if (!this._active) {
      return;
    }
    const subject = this._kernels.subject;
    const problem = Private.obstacle(subject);
    const kernel = subject?.kernel ?? null;
    const moved = kernel !== this._kernel;
    const awoke = this._obstacle !== null && problem === null;
    const fell = this._obstacle === null && problem !== null;
    this._obstacle = problem;
    if (moved) {
      this._kernel = kernel;
      // A plan is made for one environment: beside the report of another it would mislead.
      this._forgetPlan();
    }
    if (moved || fell) {
      this._ticket++;
      this._looking = this._again = this._afresh = false;
    }
    if (moved || fell || awoke || problem) {
      this._problem = problem;
    }
    this.stateChanged.emit();
    // Not at every change of state: looking at a kernel makes it busy and idle again.
    if (moved || awoke) {
      void this.look();
    }
  }

  private _forgetPlan(): void {
    this._planTicket++;
    this._plan = null;
    this._planProblem = null;
    this._planning = false;
  }

  private _onExecuted(): void {
    void this.look();
  }

  private _onRang(_: Bell, ring: IRing): void {
    if (!this._active) {
      return;
    }
    if (ring.kind === 'report') {
      void this._fetchReport(ring.id);
    } else if (ring.kind === 'job' && ring.id !== this._job?.id) {
      void this._loadJobs(true);
    } else if (Private.underWay(this._plan, this._job)) {
      void this._poll.refresh();
    }
  }

  /**
   * Fetch a report that somebody else asked for, such as the magic or another tab.
   */
  private async _fetchReport(id: string): Promise<void> {
    const kernel = this._kernel;
    if (kernel === null || this._looking || this.report?.id === id) {
      return;
    }
    const report = await api
      .getReport(this._connection(true), kernel)
      .catch(() => null);
    // The bell rings for every kernel: what it was about may be another one.
    if (report?.id === id && kernel === this._kernel && !this._looking) {
      this._keep(kernel, report);
      this._problem = null;
      this.stateChanged.emit();
    }
  }

  private _keep(kernel: string, report: Report): void {
    this._reports.delete(kernel);
    this._reports.set(kernel, report);
    for (const oldest of this._reports.keys()) {
      if (this._reports.size <= Private.REPORTS) {
        break;
      }
      this._reports.delete(oldest);
    }
  }

  /**
   * Read the history, and follow a job in it that runs: after a reload, or from another tab.
   */
  private async _loadJobs(background = false): Promise<void> {
    await this._act(async () => {
      const connection = this._connection(background);
      this._jobs = await api.listJobs(connection).catch(error => {
        if (error instanceof api.ApiError && error.status === 403) {
          // Who may not install has no history either; nothing went wrong.
          return [];
        }
        throw error;
      });
      const running = this._jobs.find(Private.isRunning);
      if (running && !(this._job && Private.isRunning(this._job))) {
        this._job = await api.getJob(connection, running.id, 0);
      }
    });
    this._follow();
  }

  private async _act(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this._jobProblem = null;
    } catch (error) {
      this._jobProblem = Private.problem(error);
    }
    this.stateChanged.emit();
  }

  private _follow(): void {
    if (!this.isDisposed && Private.underWay(this._plan, this._job)) {
      void this._poll.start();
    }
  }

  /**
   * Ask how the plan and the job are getting on; stop asking when both are done.
   */
  private async _followUp(): Promise<void> {
    try {
      await this._followPlan();
      await this._followJob();
    } finally {
      this.stateChanged.emit();
      if (!Private.underWay(this._plan, this._job)) {
        void this._poll.stop();
      }
    }
  }

  private async _followPlan(): Promise<void> {
    const plan = this._plan;
    if (plan?.state !== 'resolving') {
      return;
    }
    try {
      const next = await api.getPlan(this._connection(true), plan.id);
      if (this._plan?.id === next.id) {
        this._plan = next;
      }
    } catch (error) {
      if (Private.isFinal(error) && this._plan?.id === plan.id) {
        this._plan = null;
      }
      this._planProblem = Private.problem(error);
      throw error;
    }
  }

  private async _followJob(): Promise<void> {
    const job = this._job;
    if (!job || !Private.isRunning(job)) {
      return;
    }
    try {
      const after = job.lines.at(-1)?.n ?? 0;
      const next = await api.getJob(this._connection(true), job.id, after);
      // Another answer may have come first, and said that it ended.
      if (this._job?.id !== next.id || !Private.isRunning(this._job)) {
        return;
      }
      this._job = Private.append(this._job, next);
      this._jobProblem = null;
      if (!Private.isRunning(next)) {
        void this._loadJobs(true);
        void this.look(true);
      }
    } catch (error) {
      if (Private.isFinal(error) && this._job?.id === job.id) {
        this._job = null;
      }
      this._jobProblem = Private.problem(error);
      throw error;
    }
  }

  private _active = false;
  private _afresh = false;
  private _again = false;
  private readonly _bell: Bell;
  private _filter: Severity | null = null;
  private _job: Job | null = null;
  private _jobProblem: IProblem | null = null;
  private _jobs: ReadonlyArray<Job> = [];
  private _kernel: string | null = null;
  private readonly _kernels: IFrontKernel;
  private _looking = false;
  private _obstacle: IProblem | null = null;
  private _plan: Plan | null = null;
  private _planning = false;
  private _planProblem: IProblem | null = null;
  private _planTicket = 0;
  private readonly _poll: Poll;
  private _problem: IProblem | null = null;
  private readonly _reports = new Map<string, Report>();
  private readonly _settings: ServerConnection.ISettings;
  private _starting = false;
  private _ticket = 0;
}

/**
 * A namespace for `EnvcheckModel` statics.
 */
export namespace EnvcheckModel {
  /**
   * What the model listens to and asks.
   */
  export interface IOptions {
    readonly bell: Bell;
    readonly kernels: IFrontKernel;
    readonly settings: ServerConnection.ISettings;
  }
}

namespace Private {
  /**
   * How many kernels' last reports are kept, to be shown at once when the user comes back.
   */
  export const REPORTS = 8;

  /**
   * How many lines of a job's log are kept.
   */
  const LINES = 2000;

  export function problem(error: unknown): IProblem {
    return error instanceof api.ApiError
      ? error
      : { reason: 'unexplained', message: String(error), hint: '' };
  }

  /**
   * Whether the server answered, so that asking again would bring the same.
   */
  export function isFinal(error: unknown): boolean {
    return (
      error instanceof api.ApiError && error.status >= 400 && error.status < 500
    );
  }

  /**
   * Why a kernel cannot be asked about at all.
   */
  export function obstacle(subject: ISubject | null): IProblem | null {
    const reason = !subject
      ? 'no-notebook'
      : subject.state === 'dead'
        ? 'kernel-dead'
        : subject.state === 'starting'
          ? 'kernel-starting'
          : subject.kernel === null
            ? 'no-kernel'
            : subject.language !== null && subject.language !== 'python'
              ? 'not-python'
              : null;
    return reason ? { reason, message: '', hint: '' } : null;
  }

  export function isRunning(job: Job): boolean {
    return job.state === 'queued' || job.state === 'running';
  }

  export function underWay(plan: Plan | null, job: Job | null): boolean {
    return plan?.state === 'resolving' || (job !== null && isRunning(job));
  }

  /**
   * The later state of a job with the lines of both: two answers may overlap.
   */
  export function append(before: Job, after: Job): Job {
    const last = before.lines.at(-1)?.n ?? 0;
    const lines = [...before.lines, ...after.lines.filter(({ n }) => n > last)];
    return { ...after, lines: lines.slice(-LINES) };
  }
}
