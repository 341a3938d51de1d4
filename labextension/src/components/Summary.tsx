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
  /**
   * How many findings are dismissed, and so not in the summary.
   */
  readonly dismissed: number;
  readonly filter: Severity | null;
  readonly summary: ISummary;
}

/**
 * The report in one line: how many findings of each severity, each a filter.
 */
export function Summary(props: ISummaryProps): JSX.Element {
  const { commands, dismissed, filter, summary, trans } = props;
  const untold = summary.skip + summary.crash;
  // Not knowing is not being well.
  const Icon = untold || dismissed ? noteIcon : wellIcon;
  const well = summary.error + summary.warning + summary.advice === 0;
  return (
    <div
      className="jp-Envcheck-summary"
      role="group"
      aria-label={trans.__('Recommendations by severity')}
    >
      {well && (
        <p
          className={classes(
            'jp-Envcheck-well',
            Icon === noteIcon && 'jp-mod-untold'
          )}
        >
          <Icon.react tag="span" aria-hidden />
          {untold
            ? trans._n(
                'No problems found, but %1 thing could not be checked.',
                'No problems found, but %1 things could not be checked.',
                untold
              )
            : dismissed
              ? trans.__('No problems except dismissed ones.')
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
      {dismissed > 0 && (
        <span className="jp-Envcheck-label jp-Envcheck-tally">
          {trans._n('%1 dismissed', '%1 dismissed', dismissed)}
        </span>
      )}
    </div>
  );
}
