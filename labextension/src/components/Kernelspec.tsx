import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { NewKernelspec } from '../wire';
import { Sentence } from './Sentence';

/**
 * A kernelspec that would be written: what it is called, and its file against the one it is made from.
 */
export function Kernelspec(props: {
  readonly kernelspec: NewKernelspec;
  readonly open: boolean;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { kernelspec, open, trans } = props;
  return (
    <>
      <p>
        <Sentence text={trans.__('The new kernel will be called %1.', '%1')}>
          <b>{kernelspec.display_name}</b>
        </Sentence>
      </p>
      <details className="jp-Envcheck-exact" open={open}>
        <summary>{trans.__('Its kernelspec, %1', kernelspec.name)}</summary>
        <p className="jp-Envcheck-path">{kernelspec.folder}</p>
        <code className="jp-Envcheck-command jp-Envcheck-diff">
          {Private.body(kernelspec.diff).map((line, index) => (
            <Line key={index} line={line} />
          ))}
        </code>
      </details>
    </>
  );
}

/**
 * A line of a unified diff, which begins with its sign.
 */
function Line(props: { readonly line: string }): JSX.Element {
  const { line } = props;
  switch (line.charAt(0)) {
    case '+':
      return <ins>{line}</ins>;
    case '-':
      return <del>{line}</del>;
    case '@':
      return <span aria-hidden>⋯</span>;
    default:
      return <span>{line}</span>;
  }
}

namespace Private {
  /**
   * A diff without its head: the names of files, which are told already, and the first place.
   */
  export function body(diff: ReadonlyArray<string>): ReadonlyArray<string> {
    const first = diff.findIndex(line => !/^(---|\+\+\+|@@)/.test(line));
    return diff.slice(Math.max(0, first));
  }
}
