import { classes } from '@jupyterlab/ui-components';
import React from 'react';

/**
 * Properties of a bar.
 */
export interface IBarProps {
  /**
   * What it shows, in words.
   */
  readonly label: string;

  /**
   * How much there is of it.
   */
  readonly value: number;

  /**
   * What the full width stands for.
   */
  readonly most: number;

  /**
   * Where the mark is that it should not pass; none where there is no such limit.
   */
  readonly limit?: number | null;
}

/**
 * An amount as a bar, beside the words that say the same.
 */
export function Bar(props: IBarProps): JSX.Element {
  const { label, limit = null, most, value } = props;
  const part = (amount: number): string =>
    `${Math.min(100, (100 * amount) / Math.max(most, 1))}%`;
  return (
    <div
      className={classes(
        'jp-Envcheck-bar',
        limit !== null && value > limit && 'jp-mod-over'
      )}
      aria-label={label}
      role="img"
    >
      <div style={{ width: part(value) }} />
      {limit !== null && limit < most && (
        <hr style={{ insetInlineStart: part(limit) }} />
      )}
    </div>
  );
}
