import type { Outcome, Report, Summary } from './wire';

/**
 * A report without the findings that are dismissed, and these.
 */
export interface IShown {
  readonly outcomes: ReadonlyArray<Outcome>;
  readonly dismissed: ReadonlyArray<Outcome>;

  /**
   * How many outcomes of each sort are shown.
   */
  readonly summary: Summary;
}

/**
 * Take the dismissed findings out of a report.
 *
 * @param ids - What is dismissed in the environment of the report
 */
export function withoutDismissed(
  { outcomes, summary }: Report,
  ids: ReadonlySet<string>
): IShown {
  const isDismissed = ({ id, status }: Outcome): boolean =>
    status === 'finding' && ids.has(id);
  const dismissed = outcomes.filter(isDismissed);
  const left = { ...summary };
  for (const { severity } of dismissed) {
    left[severity ?? 'info']--;
  }
  return {
    outcomes: outcomes.filter(outcome => !isDismissed(outcome)),
    dismissed,
    summary: left
  };
}
