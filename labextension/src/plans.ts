import type { IAsked, IConnection, IProblem } from './api';
import * as api from './api';
import type { Changes, Plan } from './wire';

/**
 * An environment that the user is about to wish for.
 */
export interface IDraft {
  readonly name: string;

  /**
   * What is to be in it, separated by spaces.
   */
  readonly packages: string;

  /**
   * The version of its Python; empty for that of the kernel in front.
   */
  readonly python: string;

  /**
   * Channels of conda's, which then makes it, separated by spaces; none for those of the kernel.
   */
  readonly channels?: string;

  /**
   * What asks for it, by a name of its own.
   */
  readonly origin?: string;
}

/**
 * On what occasion a plan is asked for.
 */
export interface IOccasion {
  /**
   * What to ask the user about again where no plan comes of it.
   */
  readonly draft?: IDraft;

  /**
   * What asks for it, by a name of its own; passed on to the plans that are made in its place.
   */
  readonly origin?: string;
}

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
   * The environment that the user is asked about; `null` where none is, or a plan is shown for it.
   */
  get draft(): IDraft | null {
    return this._shown || this.underWay ? null : this._draft;
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
   * How often something was wished for, so that who shows it sees that there is something new.
   */
  get wishes(): number {
    return this._wishes;
  }

  /**
   * What asked for a plan, by a name of its own; `null` where that gave none.
   */
  originOf(plan: string): string | null {
    return this._origins.get(plan) ?? null;
  }

  /**
   * Ask the user about an environment, in place of the plan.
   */
  async begin(draft: IDraft): Promise<void> {
    const dropped = this.drop();
    this._draft = draft;
    this._wishes++;
    this.changed();
    await dropped;
  }

  /**
   * Ask what an action or a wish would change.
   */
  async make(asked: IAsked, { draft, origin }: IOccasion = {}): Promise<void> {
    this.forget();
    this._draft = draft ?? null;
    this._asking = true;
    this._wishes++;
    this.changed();
    const ticket = this._ticket;
    let plan: Plan | null = null;
    let problem: IProblem | null = null;
    try {
      const id = await api.makePlan(this.connect(), asked);
      if (origin !== undefined) {
        this._origins.set(id, origin);
      }
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
    this._draft = null;
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
  private _draft: IDraft | null = null;
  private readonly _origins = new Map<string, string>();
  private _problem: IProblem | null = null;
  private _shown: Plan | null = null;
  private _ticket = 0;
  private _wishes = 0;
}

/**
 * Whether anything changes at all.
 */
export function anyChange({ install, remove, update }: Changes): boolean {
  return install.length + remove.length + update.length > 0;
}

/**
 * Whether a plan would do anything: change packages, pin them, or add a kernel.
 */
export function doesSomething({ changes, kernelspec, pinned }: Plan): boolean {
  return anyChange(changes) || kernelspec !== null || pinned.length > 0;
}

/**
 * Whether a plan changes packages where they are, and makes nothing beside them.
 */
export function changesPackages({ wish }: Plan): boolean {
  return ['install', 'remove', 'update', 'reinstall', 'back'].includes(
    wish.kind
  );
}
