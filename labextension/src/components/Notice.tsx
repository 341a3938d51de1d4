import { classes } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

/**
 * Why there is nothing to see: an icon, what is the case, and what to do about it.
 */
export function Notice(props: {
  readonly icon: LabIcon;
  readonly title: string;

  /**
   * Whether something went wrong, as against not being there yet.
   */
  readonly wrong?: boolean;
  readonly children?: React.ReactNode;
}): JSX.Element {
  const { children, icon: Icon, title, wrong } = props;
  return (
    <div className={classes('jp-Envcheck-notice', wrong && 'jp-mod-wrong')}>
      <Icon.react tag="span" aria-hidden />
      <div>
        <p>
          <b>{title}</b>
        </p>
        {children && <p className="jp-Envcheck-aside">{children}</p>}
      </div>
    </div>
  );
}
