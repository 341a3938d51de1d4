import { VDomModel } from '@jupyterlab/ui-components';
import type { ServerConnection } from '@jupyterlab/services';
import { Poll } from '@lumino/polling';
import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { Bell, IRing } from './bell';
import { Jobs } from './jobs';
import type { IFrontKernel, ISubject } from './kernel';
import { anyChange, Plans } from './plans';
import type { IWatched } from './watch';
import { Watch } from './watch';
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
    document.addEventListener('visibilitychange', this._onVisibilityChanged);
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
      this._watch.start();
      this._onKernelChanged();
      if (!this._looking) {
        // Cells may have run while nobody looked.
        void this.look();
      }
      this._missed = false;
      void this._loadJobs();
    } else {
      this._watch.stop();
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
    return this._reports.get(this._place) ?? null;
  }

  /**
   * Whether a look is under way, so that the report may be out of date.
   */
  get looking(): boolean {
    return this._looking;
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
  get lookable(): boolean {
    return this._place !== '' && !this._obstacle && !this._looking;
  }

  /**
   * Why there is no report, or none that is newer.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Whether something was installed or removed since the last report.
   */
  get changed(): boolean {
    // Where a look went wrong, that is said, and that the report is out of date goes without saying.
    const { report, problem } = this;
    return report !== null && !problem && this._watch.isOld(report);
  }

  /**
   * The plan that the user is shown.
   */
  get plan(): Plan | null {
    return this._plans.shown;
  }

  /**
   * Whether a plan was asked for and is not there yet.
   */
  get planning(): boolean {
    return this._plans.underWay;
  }

  /**
   * Why there is no plan, or why it was not carried out.
   */
  get planProblem(): IProblem | null {
    return this._plans.problem;
  }

  /**
   * Whether the plan that is shown would change something, and may be carried out now.
   */
  get installable(): boolean {
    const plan = this.plan;
    return (
      this._active &&
      !this._starting &&
      plan?.state === 'ready' &&
      !plan.refusal &&
      anyChange(plan.changes)
    );
  }

  /**
   * Whether a job is being started, so that it is too late to think again.
   */
  get starting(): boolean {
    return this._starting;
  }

  /**
   * The job that runs, or ended last, with all its lines.
   */
  get job(): Job | null {
    return this._jobs.shown;
  }

  /**
   * Whether that job ran while this page was open, and was not read from the history.
   */
  get witnessed(): boolean {
    return this._jobs.witnessed;
  }

  /**
   * Whether the kernel in front was started after that job ended.
   */
  get restarted(): boolean {
    const started = this._started.get(this._kernels.subject?.kernel ?? '');
    const ended = this._jobs.endedAt;
    return started !== undefined && ended !== null && started >= ended;
  }

  /**
   * Jobs before that one, newest first.
   */
  get earlier(): ReadonlyArray<Job> {
    return this._jobs.earlier;
  }

  /**
   * Why jobs could not be read, cancelled or undone.
   */
  get jobProblem(): IProblem | null {
    return this._jobs.problem;
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
   * @param asked - Whether the user asked for it, and so waits for a word
   */
  async look(refresh = false, asked = false): Promise<void> {
    const kernel = this._kernels.subject?.kernel ?? null;
    if (!this._active || kernel === null || this._obstacle) {
      return;
    }
    this._asked = asked || (this._looking && this._asked);
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
      problem = api.toProblem(error);
    }
    if (this.isDisposed || ticket !== this._ticket) {
      // Another kernel is in front by now: this answer is not about it.
      return;
    }
    this._looking = false;
    this._problem = problem;
    if (report) {
      this._keep(report);
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
    if (!this._active || !report || this._starting) {
      return;
    }
    await this._plans.make(report.id, outcome, action);
    this._checkPlan();
    this._follow();
  }

  /**
   * Put the plan aside: nothing is changed.
   */
  async dropPlan(): Promise<void> {
    if (!this._starting) {
      await this._plans.drop();
    }
  }

  /**
   * Carry out the plan that the user was shown.
   *
   * @param id - The id of that plan, which only who drew it knows
   */
  async install(id: string): Promise<void> {
    if (!this.installable || id !== this.plan?.id) {
      return;
    }
    this._starting = true;
    this._plans.tell(id, null);
    this.stateChanged.emit();
    let job: string | null = null;
    try {
      job = await api.startJob(this._connection(), id);
    } catch (error) {
      this._plans.tell(id, api.toProblem(error));
    }
    if (job !== null) {
      await this._jobs.show(job);
      if (this.plan?.id === id) {
        this._plans.forget();
      }
    }
    this._starting = false;
    this._follow();
    if (job !== null) {
      // What became of the job before; and this one, if it could not be read alone.
      await this._loadJobs();
    }
  }

  /**
   * Cancel a running job.
   */
  async cancel(id: string): Promise<void> {
    await this._jobs.cancel(id);
    this._follow();
    if (id === this.job?.id) {
      void this._poll.refresh();
    } else if (!this.jobProblem) {
      await this._loadJobs();
    }
  }

  /**
   * Take back what a job did, which is a job as well.
   */
  async undo(id: string): Promise<void> {
    await this._jobs.undo(id);
    this._follow();
    if (!this.jobProblem) {
      await this._loadJobs();
    }
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
    document.removeEventListener('visibilitychange', this._onVisibilityChanged);
    this._poll.dispose();
    this._watch.dispose();
    super.dispose();
  }

  private _connection(background = false): IConnection {
    return { settings: this._settings, background };
  }

  private _onKernelChanged(): void {
    const subject = this._kernels.subject;
    if (subject?.kernel && subject.state === 'starting') {
      // Also while nobody looks: it is how a restart is known.
      this._started.set(subject.kernel, Date.now());
    }
    if (!this._active) {
      return;
    }
    const problem = Private.obstacle(subject);
    const place = Private.place(subject);
    const moved = place !== this._place;
    const awoke = this._obstacle !== null && problem === null;
    const fell = this._obstacle === null && problem !== null;
    this._obstacle = problem;
    if (moved) {
      this._place = place;
      this._filter = null;
      this._asked = false;
      // A plan is made for one environment: beside the report of another it would mislead.
      this._plans.forget();
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

  private _onExecuted(): void {
    void this.look();
  }

  private _onRang(_: Bell, ring: IRing): void {
    if (!this._active) {
      return;
    }
    if (document.hidden) {
      this._missed = true;
    } else if (ring.kind === 'job' && ring.id !== this.job?.id) {
      void this._loadJobs(true);
    } else if (this._underWay) {
      void this._poll.refresh();
    }
  }

  private _onVisibilityChanged = (): void => {
    if (this._missed && this._active && !document.hidden) {
      this._missed = false;
      void this._loadJobs(true);
      void this._poll.refresh();
    }
  };

  private _keep(report: Report): void {
    this._reports.delete(this._place);
    this._reports.set(this._place, report);
    for (const oldest of this._reports.keys()) {
      if (this._reports.size <= Private.REPORTS) {
        break;
      }
      this._reports.delete(oldest);
    }
    this._checkPlan();
  }

  /**
   * Forget a plan for another environment than the one that was seen last: the kernel moved.
   */
  private _checkPlan(): void {
    const here = this.report?.facts.environment.value?.prefix;
    const there = this.plan?.target.prefix;
    if (here && there && here !== there) {
      this._plans.forget();
    }
  }

  /**
   * Read the history, and follow a job in it that runs: after a reload, or from another tab.
   */
  private async _loadJobs(background = false): Promise<void> {
    await this._jobs.load(background);
    this._follow();
  }

  private _onJobEnded(): void {
    void this._loadJobs(true);
    void this.look(true);
  }

  /**
   * The report of which it is worth asking whether it is still true: not one that is known to be
   * old, nor one that a look or the end of a job is about to replace.
   */
  private get _watched(): IWatched | null {
    const kernel = this._kernels.subject?.kernel ?? null;
    const { report } = this;
    return this._active &&
      kernel !== null &&
      report?.fingerprint &&
      !this._problem &&
      !this._looking &&
      !this._starting &&
      !this._jobs.underWay &&
      !this._watch.isOld(report)
      ? { kernel, report }
      : null;
  }

  private get _underWay(): boolean {
    return this._plans.resolving || this._jobs.underWay;
  }

  private _follow(): void {
    if (this.isDisposed) {
      return;
    }
    this.stateChanged.emit();
    if (this._underWay) {
      void this._poll.start();
    }
  }

  /**
   * Ask how the plan and the job are getting on; stop asking when both are done.
   */
  private async _followUp(): Promise<void> {
    // One that cannot be asked about does not keep the other waiting.
    const answers = await Promise.allSettled([
      this._plans.follow(),
      this._jobs.follow()
    ]);
    if (this.isDisposed) {
      return;
    }
    this._checkPlan();
    this.stateChanged.emit();
    if (!this._underWay) {
      void this._poll.stop();
    }
    for (const answer of answers) {
      if (answer.status === 'rejected') {
        // So that the poll asks less often.
        throw answer.reason;
      }
    }
  }

  private _active = false;
  private _afresh = false;
  private _again = false;
  private _asked = false;
  private readonly _bell: Bell;
  private _filter: Severity | null = null;
  private readonly _jobs = new Jobs(
    background => this._connection(background),
    () => this._onJobEnded()
  );
  private readonly _kernels: IFrontKernel;
  private _looking = false;
  private _missed = false;
  private _obstacle: IProblem | null = null;
  private _place = '';
  private readonly _plans = new Plans(
    background => this._connection(background),
    () => this.stateChanged.emit()
  );
  private readonly _poll: Poll;
  private _problem: IProblem | null = null;
  private readonly _reports = new Map<string, Report>();
  private readonly _settings: ServerConnection.ISettings;
  private readonly _started = new Map<string, number>();
  private _starting = false;
  private _ticket = 0;
  private readonly _watch = new Watch(
    background => this._connection(background),
    () => this._watched,
    () => this.stateChanged.emit()
  );
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
   * How many last reports are kept, to be shown at once when the user comes back.
   */
  export const REPORTS = 8;

  /**
   * Why a kernel cannot be asked about at all.
   */
  export function obstacle(subject: ISubject | null): IProblem | null {
    const reason = !subject
      ? 'no-notebook'
      : subject.state === 'dead'
        ? 'kernel-dead'
        : subject.state === 'starting' || subject.state === 'connecting'
          ? 'kernel-starting'
          : subject.kernel === null
            ? 'no-kernel'
            : subject.language !== null && subject.language !== 'python'
              ? 'not-python'
              : null;
    return reason ? { reason, message: '', hint: '' } : null;
  }

  /**
   * What a report is about: two documents on one kernel import different things.
   */
  export function place(subject: ISubject | null): string {
    return subject?.kernel ? `${subject.document} ${subject.kernel}` : '';
  }
}
