import { VDomModel } from '@jupyterlab/ui-components';
import type { ServerConnection } from '@jupyterlab/services';
import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { IFrontKernel, ISubject } from './kernel';
import { obstacleOf } from './obstacle';
import { Looks } from './looks';
import { Preferences } from './preferences';
import type { IWatched } from './watch';
import { Watch } from './watch';
import type { Report, Severity } from './wire';

/**
 * What is known of the environment of the kernel in front.
 *
 * While it is not `active` it asks the server nothing.
 */
export abstract class FrontModel extends VDomModel {
  constructor(
    private readonly _kernels: IFrontKernel,
    private readonly _settings: ServerConnection.ISettings
  ) {
    super();
    const connect = this.connect.bind(this);
    this._looks = new Looks(
      _kernels,
      () => this._active,
      connect,
      () => this.onLearned()
    );
    this._watch = new Watch(
      connect,
      () => this._watched,
      () => this.stateChanged.emit(),
      () => this._kernels.noteRestart()
    );
    _kernels.changed.connect(this.onKernelChanged, this);
    _kernels.executed.connect(this._onExecuted, this);
    this.preferences.changed.connect(() => this.stateChanged.emit());
  }

  /**
   * What the user wishes of the panel, and which findings are dismissed where.
   */
  readonly preferences = new Preferences();

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
      this.onWoken();
    } else {
      this._watch.stop();
      this._looks.release();
      this.stateChanged.emit();
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
    return this._looks.report;
  }

  /**
   * The last report of the kernel in front, also where somebody looked at another one since.
   */
  get known(): Report | null {
    return this._looks.known;
  }

  /**
   * Whether a look is under way, so that the report may be out of date.
   */
  get looking(): boolean {
    return this._looks.underWay;
  }

  /**
   * Whether the user asked for the look that is under way or was the last.
   */
  get asked(): boolean {
    return this._looks.asked;
  }

  /**
   * Whether there is a kernel that can be looked at now.
   */
  get lookable(): boolean {
    return this._active
      ? this._looks.possible
      : obstacleOf(this.subject) === null;
  }

  /**
   * Why there is no report, or none that is newer.
   */
  get problem(): IProblem | null {
    return this._looks.problem;
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
   * How many variables the kernel in front was seen to hold; `null` where that is not known.
   */
  get variables(): number | null {
    return this.report?.facts.process.value?.user_variables ?? null;
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
    await this._looks.look(refresh, asked);
  }

  /**
   * The report of the next look at the kernel in front, which somebody else asks for; `null` where
   * none comes of it.
   *
   * @param missing - Modules of which an import failed: that look asks for them, too
   */
  async nextReport(missing: ReadonlyArray<string>): Promise<Report | null> {
    return this._active ? this._looks.next(missing) : null;
  }

  /**
   * Look anew at the kernel in front as soon as somebody looks, who asked for it.
   */
  lookWhenWoken(): void {
    this._lookWhenWoken = true;
  }

  /**
   * The last report of the kernel in front as Markdown, without what tells whose it is; it is looked
   * at first where there is none.
   */
  async reportForIssue(): Promise<string> {
    const kernel = this.subject?.kernel;
    if (!kernel) {
      return '';
    }
    // Before anything is waited for: another notebook may be in front by then.
    const cells = this._kernels.cells();
    try {
      return await api.getReportForIssue(this.connect(), kernel);
    } catch (error) {
      if (api.toProblem(error).reason !== 'unknown-report') {
        throw error;
      }
      await api.makeReport(this.connect(), kernel, cells, false);
      return await api.getReportForIssue(this.connect(), kernel);
    }
  }

  /**
   * Stop following the kernel.
   */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._active = false;
    this._kernels.changed.disconnect(this.onKernelChanged, this);
    this._kernels.executed.disconnect(this._onExecuted, this);
    this._looks.forget();
    this._watch.dispose();
    super.dispose();
  }

  /**
   * Whether the report is about to be replaced, because something changes what is installed.
   */
  protected abstract get changing(): boolean;

  /**
   * How to reach the server now.
   */
  protected connect(background?: boolean): IConnection {
    return { settings: this._settings, background };
  }

  /**
   * Another document or kernel is in front.
   */
  protected onMoved(): void {
    this._filter = null;
  }

  /**
   * Something about the kernel in front may not be as it was.
   */
  protected onLearned(): void {
    this.stateChanged.emit();
  }

  /**
   * Somebody begins to look.
   */
  protected onWoken(): void {
    this._watch.start();
    this.onKernelChanged();
    if (this._lookWhenWoken) {
      this._lookWhenWoken = false;
      void this.look(true, true);
    } else if (!this.looking) {
      // Cells may have run while nobody looked.
      void this.look();
    }
  }

  /**
   * Another kernel is in front, or it is in another state.
   */
  protected onKernelChanged(): void {
    if (!this._active) {
      return;
    }
    const { moved, ripe } = this._looks.turn();
    if (moved) {
      this.onMoved();
    }
    this.stateChanged.emit();
    if (ripe) {
      void this.look();
    }
  }

  private _onExecuted(): void {
    void this.look();
  }

  /**
   * The report of which it is worth asking whether it is still true: not one that is known to be
   * old, nor one that is about to be replaced.
   */
  private get _watched(): IWatched | null {
    const kernel = this.subject?.kernel ?? null;
    const { report } = this;
    return this._active &&
      kernel !== null &&
      report?.fingerprint &&
      !this.problem &&
      !this.looking &&
      !this.changing &&
      !this._watch.isOld(report)
      ? { kernel, report }
      : null;
  }

  private _active = false;
  private _filter: Severity | null = null;
  private _lookWhenWoken = false;
  private readonly _looks: Looks;
  private readonly _watch: Watch;
}
