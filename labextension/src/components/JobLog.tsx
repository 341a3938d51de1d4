import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import React, { useId, useLayoutEffect, useRef, useState } from 'react';
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
  const node = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  useLayoutEffect(() => {
    // Who scrolled up to read is left there.
    if (open && following.current && node.current) {
      node.current.scrollTop = node.current.scrollHeight;
    }
  }, [job.lines, open]);
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
        ref={node}
        className="jp-Envcheck-log"
        aria-label={trans.__('Log')}
        hidden={!open}
        role="log"
        aria-live="off"
        onScroll={({ currentTarget }) => {
          const { clientHeight, scrollHeight, scrollTop } = currentTarget;
          following.current =
            scrollHeight - scrollTop - clientHeight < Private.NEAR;
        }}
        tabIndex={0}
      >
        {open && job.lines.map(({ text }) => text).join('\n')}
      </pre>
    </>
  );
}

namespace Private {
  /**
   * How many pixels above its end a log still counts as read to the end.
   */
  export const NEAR = 8;
}
