import React from 'react';
import { CommandIDs } from '../commandids';
import type { IDisplay } from '../mime/displays';
import { narrow } from '../mime/narrow';
import type { Report } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { FindingWords } from './FindingWords';
import { kindIcon, kindName } from './kinds';
import { Live } from './Live';
import { Problem } from './Problem';
import { problemWords } from './problemwords';
import { SEVERITIES, severityCount } from './severity';

/**
 * Properties of an output of the small `%envcheck`.
 */
export interface IMagicReportProps extends IComponentProps {
  readonly shown: Pick<IDisplay, 'problem' | 'report' | 'words'>;
}

/**
 * An output of the small `%envcheck`: the report, to be read. What is done about it, is in the panel.
 */
export function MagicReport(props: IMagicReportProps): JSX.Element {
  const { commands, shown, trans } = props;
  const { problem, report, words } = shown;
  return (
    <>
      {report && (
        <Told commands={commands} report={report} trans={trans} words={words} />
      )}
      {problem && <Problem problem={problem} trans={trans} />}
      {!report && !problem && (
        <p className="jp-Envcheck-aside">{trans.__('Looking…')}</p>
      )}
      <Live
        text={
          problem
            ? problemWords(problem, trans)[0]
            : report
              ? trans.__(
                  'Looked at %1.',
                  new Date(report.at).toLocaleTimeString()
                )
              : trans.__('Looking…')
        }
      />
    </>
  );
}

/**
 * A report on some checks, or on all.
 */
function Told(
  props: IComponentProps & {
    readonly report: Report;
    readonly words: ReadonlyArray<string>;
  }
): JSX.Element {
  const { commands, report, trans, words } = props;
  const { environment, interpreter } = report.facts;
  const { outcomes, unknown } = narrow(report.outcomes, words);
  const findings = outcomes.filter(({ status }) => status === 'finding');
  const untold = outcomes.filter(
    ({ status }) => status === 'skip' || status === 'crash'
  ).length;
  const first = findings.find(({ severity }) => severity === 'error');
  const counts = SEVERITIES.map(
    one => [one, findings.filter(({ severity }) => severity === one)] as const
  )
    .filter(([, { length }]) => length > 0)
    .map(([severity, { length }]) => severityCount(severity, length, trans));
  const Icon = kindIcon(environment.value?.kind);
  return (
    <>
      <p className="jp-Envcheck-outputTitle">
        <Icon.react tag="span" aria-hidden />
        <span>
          <b>{environment.value?.name ?? report.target.name}</b>
          {environment.value && ` · ${kindName(environment.value.kind, trans)}`}
          {interpreter.value &&
            ` · ${trans.__('Python %1', interpreter.value.version)}`}
        </span>
      </p>
      {environment.value && (
        <p>
          <code>{environment.value.prefix}</code>
        </p>
      )}
      {unknown.map(word => (
        <p key={word} className="jp-Envcheck-aside">
          {trans.__(
            '“%1” was ignored: no family of checks, check or finding here has this name.',
            word
          )}
        </p>
      ))}
      <p>
        {counts.length > 0
          ? counts.join(' · ')
          : trans.__('No problems found.')}
        {untold > 0 &&
          ` · ${trans._n(
            '%1 thing could not be checked',
            '%1 things could not be checked',
            untold
          )}`}
      </p>
      <ul className="jp-Envcheck-list">
        {findings.map(outcome => (
          <li key={outcome.id}>
            <FindingWords
              open={outcome === first}
              outcome={outcome}
              trans={trans}
            />
          </li>
        ))}
      </ul>
      <div className="jp-Envcheck-buttons">
        <CommandButton commands={commands} id={CommandIDs.open} />
      </div>
    </>
  );
}
