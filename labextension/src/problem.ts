/**
 * What went wrong, as a person is told it.
 */
export interface IProblem {
  /**
   * A stable word for programs: `offline`, `forbidden`, `timed-out`, …
   */
  readonly reason: string;

  /**
   * What happened, in one sentence; empty where the reason says it all.
   */
  readonly message: string;

  /**
   * What to do about it, in one sentence.
   */
  readonly hint: string;
}

/**
 * A request that was not answered, or answered with an error.
 */
export class ApiError extends Error implements IProblem {
  /**
   * @param status - The HTTP status; 0 where there was no answer
   * @param problem - What to tell the user
   */
  constructor(
    readonly status: number,
    problem: IProblem
  ) {
    super(problem.message);
    this.reason = problem.reason;
    this.hint = problem.hint;
  }

  readonly reason: string;
  readonly hint: string;
}

/**
 * What to tell the user of something that was thrown.
 */
export function toProblem(error: unknown): IProblem {
  return error instanceof ApiError
    ? error
    : { reason: 'unexplained', message: String(error), hint: '' };
}

/**
 * Whether the server answered, so that asking again would bring the same.
 */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}
