import type { Outcome } from '../wire';

/**
 * Take the outcomes of some families, checks or ids out of a report; all where no word is known.
 *
 * @returns These outcomes, and the words that mean none of any report of this kind
 */
export function narrow(
  outcomes: ReadonlyArray<Outcome>,
  words: ReadonlyArray<string>
): {
  readonly outcomes: ReadonlyArray<Outcome>;
  readonly unknown: ReadonlyArray<string>;
} {
  const wanted = new Set(words);
  const means = ({ check, family, id }: Outcome): string[] => [
    family,
    check,
    id
  ];
  const known = new Set(outcomes.flatMap(means));
  const unknown = [...wanted].filter(word => !known.has(word));
  const all = unknown.length === wanted.size;
  return {
    outcomes: outcomes.filter(
      one => all || means(one).some(word => wanted.has(word))
    ),
    unknown
  };
}
