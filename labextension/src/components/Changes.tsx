import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Added, Changes as IChanges, Removed, Updated } from '../wire';
import { changeBuild, changeOrigin, changeStep, isAnew } from './changewords';
import { formatSize } from './sizes';

/**
 * A table of what comes, what changes and what goes.
 */
export function Changes(props: {
  readonly changes: IChanges;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { changes, trans } = props;
  const rows = Private.rows(changes, trans);
  const sized = rows.some(({ size }) => size !== null);
  return (
    <table className="jp-Envcheck-changes">
      <thead>
        <tr>
          <th scope="col">{trans.__('Change')}</th>
          <th scope="col">{trans.__('Package')}</th>
          <th scope="col">{trans.__('Version')}</th>
          {sized && <th scope="col">{trans.__('Size')}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ change, of, size, version }) => (
          <tr key={`${change} ${of.name}`}>
            <td>{change}</td>
            <td>
              {of.name}
              <Origin text={changeOrigin(of)} />
            </td>
            <td title={changeBuild(of) || undefined}>{version}</td>
            {sized && <td>{size === null ? '' : formatSize(size, trans)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/**
 * Whose a package is, where an environment has two sorts.
 */
function Origin({ text }: { readonly text: string }): JSX.Element | null {
  return text ? <div className="jp-Envcheck-label">{text}</div> : null;
}

namespace Private {
  interface IRow {
    readonly change: string;
    readonly of: Added | Removed | Updated;
    readonly size: number | null;
    readonly version: string;
  }

  export function rows(changes: IChanges, trans: TranslationBundle): IRow[] {
    return [
      ...changes.remove.map(gone => ({
        change: trans.__('removed'),
        of: gone,
        size: null,
        version: gone.version
      })),
      ...changes.update.map(change => ({
        change: isAnew(change) ? trans.__('reinstalled') : trans.__('changed'),
        of: change,
        size: change.size,
        version: changeStep(change)
      })),
      ...changes.install.map(added => ({
        change: trans.__('added'),
        of: added,
        size: added.size,
        version: added.version
      }))
    ];
  }
}
