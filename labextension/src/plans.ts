import type { IConnection, IProblem } from './api';
import * as api from './api';
import type { Changes, Plan } from './wire';

/**
 * The plan that the user is shown, from the wish to the word that it is ready.
 */
export class Plans {
  /**
   * @param connect - How to reach the server now
   * @param changed - What to call when something is not as it was
   */
  constructor(
    private readonly connect: (background?: boolean) => IConnection,
    private readonly changed: () => void
  ) {}

  /**
   * The plan that is shown.
   */
  get shown(): Plan | null {
    return this._shown;
  }

  /**
   * Why there is no plan, or why it was not carried out.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Whether a plan was asked for and is not there yet.
   */
  get underWay(): boolean {
    return this._asking || this.resolving;
  }

  /**
   * Whether the server still works on the plan that is shown.
   */
  get resolving(): boolean {
    return this._shown?.state === 'resolving';
  }

  /**
   * Ask what an action of a report would change.
   */
  async make(report: string, outcome: string, action: string): Promise<void> {
    this.forget();
    this._asking = true;
    this.changed();
    const ticket = this._ticket;
    let plan: Plan | null = null;
    let problem: IProblem | null = null;
    try {
      const id = await api.makePlan(this.connect(), report, outcome, action);
      if (ticket !== this._ticket) {
        // It was cancelled before it had a name: nobody else will put it aside.
        await this._delete(id);
        return;
      }
      plan = await api.getPlan(this.connect(), id);
    } catch (error) {
      problem = api.toProblem(error);
    }
    if (ticket !== this._ticket) {
      return;
    }
    this._asking = false;
    this._shown = plan;
    this._problem = problem;
    this.changed();
  }

  /**
   * Put the plan aside, here and on the server: nothing is changed.
   */
  async drop(): Promise<void> {
    const plan = this._shown;
    this.forget();
    this.changed();
    if (plan) {
      await this._delete(plan.id);
    }
  }

  /**
   * Show no plan any more.
   */
  forget(): void {
    this._ticket++;
    this._shown = null;
    this._problem = null;
    this._asking = false;
  }

  /**
   * Show why a plan was not carried out; `null` while that is being tried.
   */
  tell(id: string, problem: IProblem | null): void {
    if (this._shown?.id === id) {
      this._problem = problem;
    }
  }

  /**
   * Ask how the plan is getting on.
   */
  async follow(): Promise<void> {
    const plan = this._shown;
    if (!plan || !this.resolving) {
      return;
    }
    try {
      const next = await api.getPlan(this.connect(true), plan.id);
      if (this._shown?.id === plan.id && this.resolving) {
        this._shown = next;
        this._problem = null;
      }
    } catch (error) {
      if (this._shown?.id !== plan.id) {
        // Another plan took its place: what befell this one is nobody's concern.
        return;
      }
      if (api.isFinal(error)) {
        this._shown = null;
      }
      this._problem = api.toProblem(error);
      throw error;
    }
  }

  private async _delete(id: string): Promise<void> {
    // The server forgets plans by itself, so that it did not hear of this one is no problem.
    await api.deletePlan(this.connect(), id).catch(() => undefined);
  }

  private _asking = false;
  private _problem: IProblem | null = null;
  private _shown: Plan | null = null;
  private _ticket = 0;
}

/**
 * Whether anything changes at all.
 */
export function anyChange({ install, remove, update }: Changes): boolean {
  return install.length + remove.length + update.length > 0;
}
