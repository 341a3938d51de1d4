import type { IAsked, IConnection, IWish } from './api';
import * as api from './api';
import type { Jobs } from './jobs';
import type { IFrontKernel } from './kernel';
import type { IDraft, IOccasion, Plans } from './plans';
import { changesPackages, doesSomething } from './plans';
import type { Progress } from './progress';
import { alternatives, environmentWish, wishOf } from './wishes';
import type { Report } from './wire';

/**
 * Has plans made for the kernel in front, and has the one that is shown carried out.
 */
export class Planning {
  constructor(private readonly options: Planning.IOptions) {}

  /**
   * Whether something may be planned now.
   */
  get possible(): boolean {
    const { active, plans } = this.options;
    return active() && !plans.underWay && !this._starting;
  }

  /**
   * Whether the plan that is shown would do something, and may be carried out now.
   */
  get installable(): boolean {
    const { active, plans } = this.options;
    const plan = plans.shown;
    return (
      active() &&
      !this._starting &&
      plan?.state === 'ready' &&
      !plan.refusal &&
      doesSomething(plan)
    );
  }

  /**
   * Whether a job is being started, so that it is too late to think again.
   */
  get starting(): boolean {
    return this._starting;
  }

  /**
   * Ask what an action or a wish would change.
   */
  async make(asked: IAsked, occasion?: IOccasion): Promise<void> {
    const { active, plans, progress } = this.options;
    if (active() && !this._starting) {
      await plans.make(asked, occasion);
      this.check();
      progress.follow();
    }
  }

  /**
   * Ask what a wish would change in the environment of the kernel in front.
   *
   * @param origin - What asks for it, by a name of its own
   */
  async wish(wish: IWish, origin?: string): Promise<void> {
    const kernel = this.options.kernels.subject?.kernel;
    if (kernel) {
      await this.make({ kernel, wish }, { origin });
    }
  }

  /**
   * Ask what one of the alternatives of the plan that is shown would change.
   *
   * @param id - The id of that plan, which only who drew it knows
   */
  async makeAlternative(id: string, action: string): Promise<void> {
    const { plans } = this.options;
    const plan = plans.shown;
    const found = plan && alternatives(plan).find(one => one.id === action);
    const wish = found && wishOf(found);
    if (wish && id === plan.id) {
      await this.wish(wish, plans.originOf(id) ?? undefined);
    }
  }

  /**
   * Ask what it would take to make a new environment.
   */
  async makeEnvironment(draft: IDraft): Promise<void> {
    const kernel = this.options.kernels.subject?.kernel;
    if (kernel) {
      // The form knows nothing of it.
      const origin = this.options.plans.draft?.origin;
      await this.make(
        { kernel, wish: environmentWish(draft) },
        { draft: { ...draft, ...(origin && { origin }) }, origin }
      );
    }
  }

  /**
   * Ask the user about a new environment.
   */
  async draftEnvironment(draft: IDraft): Promise<void> {
    if (this.possible) {
      await this.options.plans.begin(draft);
    }
  }

  /**
   * Put the plan aside: nothing is changed.
   */
  async drop(): Promise<void> {
    if (!this._starting) {
      await this.options.plans.drop();
    }
  }

  /**
   * Carry out the plan that the user was shown.
   *
   * @param id - The id of that plan, which only who drew it knows
   */
  async install(id: string): Promise<void> {
    const { changed, connect, jobs, plans, progress } = this.options;
    if (!this.installable || id !== plans.shown?.id) {
      return;
    }
    this._starting = true;
    plans.tell(id, null);
    changed();
    let job: string | null = null;
    try {
      job = await api.startJob(connect(), id);
    } catch (error) {
      plans.tell(id, api.toProblem(error));
    }
    if (job !== null) {
      await jobs.show(job);
      if (plans.shown?.id === id) {
        plans.forget();
      }
    }
    this._starting = false;
    progress.follow();
    if (job !== null) {
      // What became of the job before; and this one, if it could not be read alone.
      await progress.load();
    }
  }

  /**
   * Forget a plan for another environment than the one that was seen last: the kernel moved.
   */
  check(): void {
    const { plans, report } = this.options;
    const here = report()?.facts.environment.value?.prefix;
    const plan = plans.shown;
    // A new environment is another, and a way back may be one elsewhere.
    const bound = plan && changesPackages(plan) && plan.wish.kind !== 'back';
    if (here && bound && here !== plan.target.prefix) {
      plans.forget();
    }
  }

  private _starting = false;
}

/**
 * A namespace for `Planning` statics.
 */
export namespace Planning {
  /**
   * For what plans are made, and who is told.
   */
  export interface IOptions {
    /**
     * Whether somebody looks, which is when the server may be asked.
     */
    readonly active: () => boolean;

    /**
     * What to call when something is not as it was.
     */
    readonly changed: () => void;

    /**
     * How to reach the server now.
     */
    readonly connect: () => IConnection;

    readonly jobs: Jobs;
    readonly kernels: IFrontKernel;
    readonly plans: Plans;
    readonly progress: Progress;

    /**
     * The last report of the kernel in front.
     */
    readonly report: () => Report | null;
  }
}
