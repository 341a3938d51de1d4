import { classes } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';
import { noteIcon, wellIcon } from '../icons';
import type { Evidence, Outcome, Severity, Source } from '../wire';
import { Action, ActionButton } from './Action';
import type { IComponentProps } from './CommandButton';
import { familyName } from './families';
import { Link } from './Link';
import { Notice } from './Notice';
import { severityIcon, severityName } from './severity';

/**
 * Properties of the recommendations.
 */
export interface IRecommendationsProps extends IComponentProps {
  readonly filter: Severity | null;
  readonly outcomes: ReadonlyArray<Outcome>;
  readonly system: string | null;
}

/**
 * What to do, worst first, and what could not be told.
 */
export function Recommendations(props: IRecommendationsProps): JSX.Element {
  const { filter, outcomes, trans } = props;
  const findings = outcomes.filter(({ status }) => status === 'finding');
  const shown = findings.filter(
    ({ severity }) => filter === null || severity === filter
  );
  const untold = outcomes.filter(
    ({ status }) => status === 'skip' || status === 'crash'
  );
  const first = findings.find(({ severity }) => severity === 'error');
  return (
    <>
      {shown.length === 0 && (
        <Notice
          icon={filter === null && untold.length === 0 ? wellIcon : noteIcon}
          title={
            filter === null
              ? trans.__('No recommendations for this environment.')
              : trans.__('No recommendations of this kind any more.')
          }
        />
      )}
      <ul className="jp-Envcheck-list">
        {shown.map(outcome => (
          <li key={outcome.id}>
            <Finding {...props} open={outcome === first} outcome={outcome} />
          </li>
        ))}
      </ul>
      {filter === null && untold.length > 0 && (
        <details className="jp-Envcheck-untold">
          <summary>
            {trans._n(
              '%1 check could not tell',
              '%1 checks could not tell',
              untold.length
            )}
          </summary>
          <ul className="jp-Envcheck-list">
            {byReason(untold).map(([reason, checks]) => (
              <li key={reason}>
                <code>{checks.join(', ')}</code>
                <p className="jp-Envcheck-aside">{reason}</p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/**
 * The checks that could not tell, by their reason, which many share; the commonest first.
 */
function byReason(untold: ReadonlyArray<Outcome>): [string, string[]][] {
  const checks = new Map<string, string[]>();
  for (const { check, reason } of untold) {
    checks.set(reason ?? '', [...(checks.get(reason ?? '') ?? []), check]);
  }
  return [...checks].sort(([, one], [, other]) => other.length - one.length);
}

/**
 * One finding: its title; opened, also why, how it is known, and what to do.
 */
function Finding(
  props: IRecommendationsProps & {
    readonly open: boolean;
    readonly outcome: Outcome;
  }
): JSX.Element {
  const { commands, outcome, system, trans } = props;
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
        {outcome.actions.map(action => (
          <ActionButton
            key={action.id}
            action={action}
            commands={commands}
            outcome={outcome.id}
          />
        ))}
        <EvidenceList evidence={outcome.evidence} />
        {outcome.actions.map(action => (
          <Action
            key={action.id}
            action={action}
            commands={commands}
            system={system}
            trans={trans}
          />
        ))}
        <Sources sources={outcome.sources} />
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
