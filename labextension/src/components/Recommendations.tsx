import React, { useRef } from 'react';
import { CommandIDs } from '../commandids';
import { noteIcon, wellIcon } from '../icons';
import type { IPreferred } from '../preferences';
import type { Outcome, Severity } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Dismissed } from './Dismissed';
import { Finding } from './Finding';
import { Notice } from './Notice';

/**
 * Properties of the recommendations.
 */
export interface IRecommendationsProps extends IComponentProps {
  /**
   * The findings that are dismissed in this environment.
   */
  readonly dismissed: ReadonlyArray<Outcome>;
  readonly filter: Severity | null;

  /**
   * All outcomes but those.
   */
  readonly outcomes: ReadonlyArray<Outcome>;
  readonly preferred: IPreferred;
  readonly system: string | null;
}

/**
 * What to do, worst first, and what could not be told.
 */
export function Recommendations(props: IRecommendationsProps): JSX.Element {
  const { commands, dismissed, filter, outcomes, trans } = props;
  const { preferred, system } = props;
  const list = useRef<HTMLUListElement>(null);
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
            filter !== null
              ? trans.__('No recommendations of this kind any more.')
              : dismissed.length > 0
                ? trans.__('No recommendations except those you dismissed.')
                : trans.__('No recommendations for this environment.')
          }
        />
      )}
      <ul ref={list} className="jp-Envcheck-list" tabIndex={-1}>
        {shown.map(outcome => (
          <li key={outcome.id}>
            <Finding
              commands={commands}
              open={outcome === first}
              outcome={outcome}
              preferred={preferred}
              system={system}
              trans={trans}
            />
          </li>
        ))}
      </ul>
      <Dismissed
        commands={commands}
        outcomes={dismissed}
        onLast={() => list.current?.focus()}
        trans={trans}
      />
      {filter === null && untold.length > 0 && (
        <details className="jp-Envcheck-untold">
          <summary>
            {trans._n(
              '%1 thing could not be checked',
              '%1 things could not be checked',
              untold.length
            )}
          </summary>
          <ul className="jp-Envcheck-list">
            {byReason(untold).map(([reason, checks]) => (
              <li key={reason}>
                <p>{reason}</p>
                <code className="jp-Envcheck-aside">{checks.join(', ')}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="jp-Envcheck-underNotice">
        <CommandButton
          commands={commands}
          id={CommandIDs.copyReport}
          look="quiet"
        />
        <CommandButton
          commands={commands}
          id={CommandIDs.useMagic}
          look="quiet"
        />
      </div>
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
