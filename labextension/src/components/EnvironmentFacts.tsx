import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/**
 * A group of facts as it is sent: with where it is known from, and why parts of it are not.
 */
export interface ISection<T> {
  readonly source: string;
  readonly at: string;
  readonly value: T | null;
  readonly unknown: Readonly<Record<string, string>>;
}

/**
 * Properties of a group of facts.
 */
export interface IFactsProps<T> {
  readonly section: ISection<T>;
  readonly title: string;
  readonly trans: TranslationBundle;

  /**
   * The names of the parts of which it is said in place that they are unknown.
   */
  readonly told?: ReadonlyArray<string>;

  /**
   * What to show of them, where they are known.
   */
  readonly children: (value: T) => React.ReactNode;
}

/**
 * A group of facts under a heading, with where they are known from; or why they are not known.
 */
export function EnvironmentFacts<T>(props: IFactsProps<T>): JSX.Element {
  const { children, section, title, told = [], trans } = props;
  const { at, source, unknown, value } = section;
  const more = Object.entries(unknown).filter(
    ([part]) => part !== 'value' && !told.includes(part)
  );
  const time = new Date(at);
  return (
    <section className="jp-Envcheck-factsOf" aria-label={title}>
      <div
        className="jp-Envcheck-factsTitle"
        title={
          Number.isNaN(time.getTime())
            ? source
            : trans.__('%1, at %2', source, time.toLocaleString())
        }
      >
        <h3 className="jp-Envcheck-heading">{title}</h3>
        <span className="jp-Envcheck-label">{source}</span>
      </div>
      {value === null ? (
        <p className="jp-Envcheck-aside">
          <Unknown why={unknown.value} trans={trans} />
        </p>
      ) : (
        children(value)
      )}
      {more.length > 0 && (
        <ul className="jp-Envcheck-list jp-Envcheck-aside">
          {more.map(([part, why]) => (
            <li key={part}>{trans.__('%1 is unknown: %2', part, why)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/**
 * That something is not known, and why.
 */
export function Unknown(props: {
  readonly trans: TranslationBundle;

  /**
   * The reason; none where nobody gave one.
   */
  readonly why?: string;
}): JSX.Element {
  const { trans, why } = props;
  return (
    <span className="jp-Envcheck-unknown">
      {why ? trans.__('Unknown: %1', why) : trans.__('Unknown')}
    </span>
  );
}

/**
 * Facts by their names; one that is `null` is said to be unknown.
 */
export function FactList(props: {
  readonly facts: ReadonlyArray<
    readonly [name: string, value: React.ReactNode, why?: string]
  >;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <dl className="jp-Envcheck-evidence">
      {props.facts.map(([name, value, why]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <Unknown why={why} trans={props.trans} />}</dd>
        </div>
      ))}
    </dl>
  );
}
