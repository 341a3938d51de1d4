import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ICell } from './api';

/**
 * The code cells of a notebook.
 */
export function codeCells(panel: NotebookPanel): ReadonlyArray<ICell> {
  return Array.from(panel.content.model?.cells ?? [])
    .filter(({ type }) => type === 'code')
    .map(({ id, sharedModel }) => ({ id, source: sharedModel.getSource() }));
}
