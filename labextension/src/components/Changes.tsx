import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Changes as IChanges } from '../wire';

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
        {rows.map(({ change, name, size, version }) => (
          <tr key={`${change} ${name}`}>
            <td>{change}</td>
            <td>{name}</td>
            <td>{version}</td>
            {sized && <td>{size === null ? '' : formatSize(size, trans)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/**
 * The size of a download, in words.
 */
export function formatSize(bytes: number, trans: TranslationBundle): string {
  if (bytes < 1e5) {
    return trans.__('%1 kB', Math.max(1, Math.round(bytes / 1e3)));
  }
  return trans.__('%1 MB', (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0));
}

namespace Private {
  interface IRow {
    readonly change: string;
    readonly name: string;
    readonly size: number | null;
    readonly version: string;
  }

  export function rows(changes: IChanges, trans: TranslationBundle): IRow[] {
    return [
      ...changes.remove.map(({ name, version }) => ({
        change: trans.__('removed'),
        name,
        size: null,
        version
      })),
      ...changes.update.map(({ name, new: after, old, size }) => ({
        change: trans.__('changed'),
        name,
        size,
        version: `${old} → ${after}`
      })),
      ...changes.install.map(({ name, size, version }) => ({
        change: trans.__('added'),
        name,
        size,
        version
      }))
    ];
  }
}
