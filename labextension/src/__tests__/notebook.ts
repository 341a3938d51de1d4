import type { INotebookTracker } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { IExecution } from '../executions';
import { Executions } from '../executions';

/**
 * A cell as a notebook draws it.
 */
export class Cell {
  constructor(
    readonly id: string,
    public source = 'import sklearn'
  ) {
    this.model = {
      contentChanged: this._contentChanged,
      id,
      sharedModel: { getSource: () => this.source },
      type: 'code'
    };
    this.outputArea = { future: { msg: { header: { msg_id: id } } } };
  }

  readonly isDisposed = false;
  readonly model: object;
  readonly outputArea: object;

  edit(source: string): void {
    this.source = source;
    this._contentChanged.emit();
  }

  private readonly _contentChanged = new Signal<object, void>({});
}

/**
 * A notebook of some cells with a kernel, and those who listen to it.
 */
export function play(...cells: Cell[]) {
  const session = { kernel: { id: 'k1' } };
  const sessionContext = {
    iopubMessage: new Signal<object, object>({}),
    kernelChanged: new Signal<object, object>({}),
    session,
    statusChanged: new Signal<object, string>({})
  };
  sessionContext.statusChanged = new Signal(sessionContext);
  const list = Object.assign(
    cells.map(({ model }) => model),
    { changed: new Signal<object, void>({}) }
  );
  const panel = {
    content: { model: { cells: list }, widgets: cells },
    disposed: new Signal<object, void>({}),
    id: 'd1',
    isDisposed: false,
    sessionContext
  };
  panel.disposed = new Signal(panel);
  const notebooks = {
    find: (holds: (one: object) => boolean) =>
      holds(panel) ? panel : undefined,
    forEach: (done: (one: object) => void) => done(panel),
    widgetAdded: new Signal<object, object>({})
  };
  const executions = new Executions(notebooks as unknown as INotebookTracker);
  const seen: IExecution[] = [];
  executions.ended.connect((_, one) => void seen.push(one));
  const emit = (signal: unknown, cell: Cell): void =>
    (signal as Signal<object, object>).emit({ cell, notebook: panel.content });
  const say = (
    cell: Cell | string,
    type: string,
    content: object = {}
  ): void => {
    const id = typeof cell === 'string' ? cell : cell.id;
    sessionContext.iopubMessage.emit({
      content,
      header: { msg_type: type },
      parent_header: { msg_id: id }
    });
  };
  const schedule = (cell: Cell): void =>
    emit(NotebookActions.executionScheduled, cell);
  const fail = (cell: Cell, name: string, value: string): void => {
    schedule(cell);
    say(cell, 'error', { ename: name, evalue: value });
    say(cell, 'status', { execution_state: 'idle' });
  };
  const finish = (cell: Cell): void => {
    schedule(cell);
    say(cell, 'status', { execution_state: 'idle' });
  };
  return {
    emit,
    executions,
    fail,
    finish,
    list,
    panel,
    say,
    schedule,
    seen,
    session
  };
}
