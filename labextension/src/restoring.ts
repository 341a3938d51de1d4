import type { IProblem } from './api';
import type { Planning } from './planning';
import type { Plans } from './plans';

/**
 * What of a file a person may go on without.
 */
export type Omissible = 'lines' | 'builds';

/**
 * Has an environment made of a file that describes one, all of it or what is not refused.
 */
export class Restoring {
  /**
   * @param planning - Who has a plan made
   * @param plans - The plan that is shown, and why there is none
   * @param changed - What to call when something is not as it was
   */
  constructor(
    private readonly planning: Planning,
    private readonly plans: Plans,
    private readonly changed: () => void
  ) {}

  /**
   * What was refused of the file, so that one may go on without it; `null` where nothing was, or
   * something else is planned by now.
   */
  get omissible(): Omissible | null {
    const { _last: last } = this;
    const { problem, shown } = this.plans;
    if (!last) {
      return null;
    }
    if (problem && problem === last.problem) {
      return problem.reason === 'lines-refused' ? 'lines' : null;
    }
    return shown?.id === last.plan && shown?.refusal?.reason === 'other-builds'
      ? 'builds'
      : null;
  }

  /**
   * Ask what it would take to make the environment that a file describes.
   *
   * @param text - The text of the file
   * @param without - What of it to leave out
   */
  async restore(
    text: string,
    without: ReadonlyArray<Omissible> = []
  ): Promise<void> {
    await this.planning.wish({ kind: 'restore', text, without });
    const { problem, shown } = this.plans;
    this._last = { plan: shown?.id ?? null, problem, text, without };
    this.changed();
  }

  /**
   * Go on without what is refused of the file.
   */
  async omit(): Promise<void> {
    const { _last: last, omissible } = this;
    if (last && omissible) {
      await this.restore(last.text, [...last.without, omissible]);
    }
  }

  private _last: {
    readonly plan: string | null;
    readonly problem: IProblem | null;
    readonly text: string;
    readonly without: ReadonlyArray<Omissible>;
  } | null = null;
}
