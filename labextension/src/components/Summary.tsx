import { Button, classes } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commandids';
import { noteIcon, wellIcon } from '../icons';
import type { Severity, Summary as ISummary } from '../wire';
import type { IComponentProps } from './CommandButton';
import { SEVERITIES, severityCount, severityIcon } from './severity';

/**
 * Properties of the summary.
 */
export interface ISummaryProps extends IComponentProps {
  readonly filter: Severity | null;
  readonly summary: ISummary;
}

/**
 * The report in one line: how many findings of each severity, each a filter.
 */
export function Summary(props: ISummaryProps): JSX.Element {
  const { commands, filter, summary, trans } = props;
  const untold = summary.skip + summary.crash;
  // Not knowing is not being well.
  const Icon = untold ? noteIcon : wellIcon;
  const well = summary.error + summary.warning + summary.advice === 0;
  return (
    <div
      className="jp-Envcheck-summary"
      role="group"
      aria-label={trans.__('Recommendations by severity')}
    >
      {well && (
        <p
          className={classes('jp-Envcheck-well', untold > 0 && 'jp-mod-untold')}
        >
          <Icon.react tag="span" aria-hidden />
          {untold
            ? trans._n(
                'No problems found, but %1 check could not tell.',
                'No problems found, but %1 checks could not tell.',
                untold
              )
            : trans.__('No problems found.')}
        </p>
      )}
      {SEVERITIES.filter(
        // What the list is narrowed to stays, so that it can be widened again.
        severity => summary[severity] > 0 || severity === filter
      ).map(severity => {
        const Mark = severityIcon(severity);
        return (
          <Button
            key={severity}
            className={classes('jp-Envcheck-chip', `jp-mod-${severity}`)}
            aria-pressed={filter === severity}
            onClick={() =>
              void commands.execute(CommandIDs.filter, { severity })
            }
            title={
              filter === severity
                ? trans.__('Show all recommendations')
                : trans.__('Show only these')
            }
          >
            <Mark.react tag="span" aria-hidden />
            {severityCount(severity, summary[severity], trans)}
          </Button>
        );
      })}
    </div>
  );
}
