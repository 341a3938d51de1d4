import { classes } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId, useState } from 'react';
import type { Evidence, Outcome, Source } from '../wire';
import { familyName } from './families';
import { Link } from './Link';
import { severityIcon, severityName } from './severity';

/**
 * What a finding says: its title; opened, also why, how it is known, and where to read more.
 */
export function FindingWords(props: {
  /**
   * Whether it is opened from the start.
   */
  readonly open: boolean;
  readonly outcome: Outcome;
  readonly trans: TranslationBundle;

  /**
   * What can be done, before how it is known.
   */
  readonly first?: React.ReactNode;

  /**
   * What can be done, after how it is known.
   */
  readonly then?: React.ReactNode;

  /**
   * What comes at the end.
   */
  readonly last?: React.ReactNode;
}): JSX.Element {
  const { first, last, outcome, then, trans } = props;
  const severity = outcome.severity ?? 'info';
  const id = useId();
  const [open, setOpen] = useState(props.open);
  const Icon = severityIcon(severity);
  return (
    <article className={classes('jp-Envcheck-finding', `jp-mod-${severity}`)}>
      <h3>
        <button
          className="jp-Envcheck-findingTitle"
          aria-controls={id}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          type="button"
        >
          <Icon.react tag="span" aria-hidden />
          <span>{outcome.title}</span>
          <span className="jp-Envcheck-label">
            {severityName(severity, trans)} ·{' '}
            {familyName(outcome.family, trans)}
          </span>
        </button>
      </h3>
      <div id={id} className="jp-Envcheck-findingBody" hidden={!open}>
        <p>{outcome.why}</p>
        {first}
        <EvidenceList evidence={outcome.evidence} />
        {then}
        <Sources sources={outcome.sources} />
        {last}
      </div>
    </article>
  );
}

function EvidenceList(props: {
  readonly evidence: ReadonlyArray<Evidence>;
}): JSX.Element | null {
  if (props.evidence.length === 0) {
    return null;
  }
  return (
    <dl className="jp-Envcheck-evidence">
      {props.evidence.map(({ label, source, value }, index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>
            {value}
            {source && <span className="jp-Envcheck-label"> · {source}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Sources(props: {
  readonly sources: ReadonlyArray<Source>;
}): JSX.Element | null {
  if (props.sources.length === 0) {
    return null;
  }
  return (
    <ul className="jp-Envcheck-sources">
      {props.sources.map(({ passage, title, url }, index) => (
        <li key={index}>
          {passage} <Link url={url}>{title}</Link>
        </li>
      ))}
    </ul>
  );
}
