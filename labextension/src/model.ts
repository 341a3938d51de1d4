import type { ServerConnection } from '@jupyterlab/services';
import type { IProblem, IWish } from './api';
import type { Bell } from './bell';
import { FrontModel } from './front';
import { Guide } from './guide';
import { Jobs } from './jobs';
import type { IFrontKernel } from './kernel';
import { Packages } from './packages';
import { Planning } from './planning';
import type { IDraft } from './plans';
import { Plans } from './plans';
import { Progress } from './progress';
import { Restarts } from './restarts';
import { Restoring } from './restoring';
import type { Job, Plan } from './wire';

/**
 * What is known of the environment of the kernel in front, what is planned for it, and what runs.
 */
export class EnvcheckModel extends FrontModel {
  constructor({ bell, kernels, settings }: EnvcheckModel.IOptions) {
    super(kernels, settings);
    const active = (): boolean => this.active;
    const changed = (): void => this.stateChanged.emit();
    const connect = this.connect.bind(this);
    const jobs = new Jobs(connect, () => this._onJobEnded());
    const plans = new Plans(connect, changed);
    const progress = new Progress({
      active,
      bell,
      changed: () => this.onLearned(),
      jobs,
      plans
    });
    this._planning = new Planning({
      active,
      changed,
      connect,
      jobs,
      kernels,
      plans,
      progress,
      report: () => this.report
    });
    this.guide = new Guide(connect);
    this.packages = new Packages(
      connect,
      () => this.report,
      () => this.subject?.kernel ?? null,
      () => this.look(true)
    );
    this.restoring = new Restoring(this._planning, plans, changed);
    this._jobs = jobs;
    this._plans = plans;
    this._progress = progress;
  }

  /**
   * What to read.
   */
  readonly guide: Guide;

  /**
   * What is installed in the environment of the kernel in front.
   */
  readonly packages: Packages;

  /**
   * What has an environment made of a file.
   */
  readonly restoring: Restoring;

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
   * How often a plan or a new environment was wished for.
   */
  get wishes(): number {
    return this._plans.wishes;
  }

  /**
   * The environment that the user is asked about, to be planned.
   */
  get draft(): IDraft | null {
    return this._plans.draft;
  }

  /**
   * What asked for a plan, by a name of its own; `null` where that gave none.
   */
  originOf(plan: string): string | null {
    return this._plans.originOf(plan);
  }

  /**
   * Whether something may be planned now.
   */
  get plannable(): boolean {
    return this._planning.possible;
  }

  /**
   * Whether the plan that is shown would do something, and may be carried out now.
   */
  get installable(): boolean {
    return this._planning.installable;
  }

  /**
   * Whether a job is being started, so that it is too late to think again.
   */
  get starting(): boolean {
    return this._planning.starting;
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
    return this.restartedSince(this.subject?.kernel ?? null, this.job);
  }

  /**
   * Whether a kernel was started after a job ended.
   *
   * @param kernel - The kernel's id
   */
  restartedSince(kernel: string | null, job: Job | null): boolean {
    return this._restarts.since(kernel, this._jobs.endedAt(job));
  }

  /**
   * Take note that a kernel is starting, be it in front or not.
   */
  noteStart(kernel: string): void {
    this._restarts.note(kernel);
    this.stateChanged.emit();
  }

  /**
   * Take note of the end of a job, from who asked about it while nobody looked.
   */
  learn(job: Job): void {
    this._jobs.learn(job);
    this.stateChanged.emit();
  }

  /**
   * Jobs before that one, newest first.
   */
  get earlier(): ReadonlyArray<Job> {
    return this._jobs.earlier;
  }

  /**
   * A job that is shown, or in the history.
   */
  findJob(id: string): Job | null {
    return [this.job, ...this.earlier].find(job => job?.id === id) ?? null;
  }

  /**
   * A job by its id, from the history as it is now where it was not there before.
   */
  async fetchJob(id: string): Promise<Job | null> {
    if (!this.findJob(id)) {
      await this._progress.load();
    }
    return this.findJob(id);
  }

  /**
   * Why jobs could not be read, cancelled, undone or freed.
   */
  get jobProblem(): IProblem | null {
    return this._jobs.problem;
  }

  /**
   * Ask what an action of the report would change.
   *
   * @param origin - What asks for it, by a name of its own
   */
  async makePlan(
    outcome: string,
    action: string,
    origin?: string
  ): Promise<void> {
    if (this.report) {
      const asked = { report: this.report.id, outcome, action };
      await this._planning.make(asked, { origin });
    }
  }

  /**
   * Ask what a wish would change in the environment of the kernel in front.
   *
   * @param origin - What asks for it, by a name of its own
   */
  async makeWish(wish: IWish, origin?: string): Promise<void> {
    await this._planning.wish(wish, origin);
  }

  /**
   * Ask what one of the alternatives of the plan that is shown would change.
   *
   * @param id - The id of that plan, which only who drew it knows
   */
  async makeAlternative(id: string, action: string): Promise<void> {
    await this._planning.makeAlternative(id, action);
  }

  /**
   * Ask the user about a new environment.
   */
  async draftEnvironment(draft: IDraft): Promise<void> {
    await this._planning.draftEnvironment(draft);
  }

  /**
   * Ask what it would take to make a new environment.
   */
  async makeEnvironment(draft: IDraft): Promise<void> {
    await this._planning.makeEnvironment(draft);
  }

  /**
   * Ask what it would change to go back to before a job.
   */
  async goBack(job: string): Promise<void> {
    await this._planning.make({ wish: { kind: 'back', job } });
  }

  /**
   * Put the plan aside: nothing is changed.
   */
  async dropPlan(): Promise<void> {
    await this._planning.drop();
  }

  /**
   * Carry out the plan that the user was shown.
   *
   * @param id - The id of that plan, which only who drew it knows
   */
  async install(id: string): Promise<void> {
    await this._planning.install(id);
  }

  /**
   * Cancel a running job.
   */
  async cancel(id: string): Promise<void> {
    await this._jobs.cancel(id);
    this._progress.follow();
    if (id === this.job?.id) {
      this._progress.hurry();
    } else if (!this.jobProblem) {
      await this._progress.load();
    }
  }

  /**
   * Take back what a job did, or repair what it left half done: a job as well.
   */
  async undo(id: string): Promise<void> {
    await this._jobs.undo(id);
    this._progress.follow();
    if (!this.jobProblem) {
      await this._progress.load();
    }
  }

  /**
   * Free what is kept for taking a job back.
   */
  async free(id: string): Promise<void> {
    await this._jobs.free(id);
    this.stateChanged.emit();
  }

  /**
   * Stop following kernels and jobs.
   */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._progress.dispose();
    super.dispose();
  }

  protected override get changing(): boolean {
    return this.starting || this._jobs.underWay;
  }

  protected override onWoken(): void {
    super.onWoken();
    void this._progress.wake();
  }

  protected override onKernelChanged(): void {
    const { subject } = this;
    const starts = subject?.state === 'starting' ? subject.kernel : null;
    const isNew = starts !== this._starts;
    this._starts = starts;
    if (starts !== null && isNew) {
      // Also while nobody looks.
      this.noteStart(starts);
    }
    super.onKernelChanged();
  }

  protected override onMoved(): void {
    super.onMoved();
    // A plan is made for one environment: beside the report of another it would mislead.
    this._plans.forget();
    this.packages.forget();
  }

  protected override onLearned(): void {
    this._planning.check();
    super.onLearned();
  }

  private _onJobEnded(): void {
    void this._progress.load(true);
    void this.look(true);
  }

  private readonly _jobs: Jobs;
  private readonly _planning: Planning;
  private readonly _plans: Plans;
  private readonly _progress: Progress;
  private readonly _restarts = new Restarts();
  private _starts: string | null = null;
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
