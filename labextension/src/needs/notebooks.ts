import type { ISessionContext } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { Kernel, Session } from '@jupyterlab/services';
import type { Line } from './line';

/**
 * Call when a line's cell is drawn anew, or when the line says nothing any more: the cell is edited or
 * gone, or the notebook has another kernel.
 *
 * @param drawn - What to call when the cell is another widget, as one that was moved is
 * @param started - What to call when the kernel is being started anew
 * @param over - What to call when the line is to go
 */
export function followNotebook(
  line: Line,
  drawn: (line: Line) => void,
  started: (kernel: string) => void,
  over: () => void
): void {
  const { panel, source } = line.seen;
  let { model } = line.cell;
  const cells = panel.content.model?.cells;
  const onEdited = (): void => {
    if (!line.isDisposed && model.sharedModel.getSource() !== source) {
      over();
    }
  };
  const onCells = (): void => {
    // The notebook's widget hears of it, too, and makes the cell anew that was moved.
    void Promise.resolve().then(() => {
      if (line.isDisposed) {
        return;
      }
      const found = panel.content.widgets.find(
        one => one.model.id === line.cellId && one.model.type === 'code'
      );
      if (!found) {
        over();
      } else if (found !== line.cell) {
        model.contentChanged.disconnect(onEdited);
        line.cell = found as CodeCell;
        model = line.cell.model;
        model.contentChanged.connect(onEdited);
        drawn(line);
      }
    });
  };
  const onKernel = (
    _: ISessionContext,
    { newValue }: Session.ISessionConnection.IKernelChangedArgs
  ): void => {
    if (newValue?.id !== line.seen.kernel) {
      over();
    }
  };
  const onStatus = (_: ISessionContext, status: Kernel.Status): void => {
    if (/^(auto)?restarting$|^starting$/.test(status)) {
      started(line.seen.kernel);
    }
  };
  model.contentChanged.connect(onEdited);
  cells?.changed.connect(onCells);
  panel.sessionContext.kernelChanged.connect(onKernel);
  panel.sessionContext.statusChanged.connect(onStatus);
  panel.disposed.connect(over);
  line.disposed.connect(() => {
    model.contentChanged.disconnect(onEdited);
    cells?.changed.disconnect(onCells);
    panel.sessionContext.kernelChanged.disconnect(onKernel);
    panel.sessionContext.statusChanged.disconnect(onStatus);
    panel.disposed.disconnect(over);
  });
}
