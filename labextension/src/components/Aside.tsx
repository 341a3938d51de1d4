import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/**
 * Files of somebody's that were in the way of putting back, where they lie now.
 */
export function Aside(props: {
  readonly files: ReadonlyArray<string>;
  readonly trans: TranslationBundle;
}): JSX.Element | null {
  const { files, trans } = props;
  const more = files.length - Private.SHOWN;
  if (files.length === 0) {
    return null;
  }
  return (
    <>
      <p>{trans.__('Somebody made or edited these, so they are kept:')}</p>
      <ul className="jp-Envcheck-kept">
        {files.slice(0, Private.SHOWN).map(file => (
          <li key={file}>{file}</li>
        ))}
        {more > 0 && (
          <li>{trans.__('and %1 more, which the log names', more)}</li>
        )}
      </ul>
    </>
  );
}

namespace Private {
  export const SHOWN = 10;
}
