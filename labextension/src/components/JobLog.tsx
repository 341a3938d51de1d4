import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';
import type { Job } from '../wire';

/**
 * What the installer said, line by line, shown on demand.
 */
export function JobLog(props: {
  readonly job: Job;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  const { job, trans } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  if (job.lines.length === 0) {
    return null;
  }
  return (
    <>
      <Button
        className="jp-Envcheck-button jp-mod-quiet"
        aria-controls={id}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? trans.__('Hide the log') : trans.__('Show the log')}
      </Button>
      <pre
        id={id}
        className="jp-Envcheck-log"
        aria-label={trans.__('Log')}
        hidden={!open}
        role="log"
        aria-live="off"
        tabIndex={0}
      >
        {open && job.lines.map(({ text }) => text).join('\n')}
      </pre>
    </>
  );
}
