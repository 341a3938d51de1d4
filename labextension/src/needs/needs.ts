import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import * as api from '../api';
import { codeCells } from '../codecells';
import type { EnvcheckModel } from '../model';
import { draftOf, wishOf } from '../wishes';
import type { Outcome, Report } from '../wire';
import type { Executions, IExecution } from '../executions';
import type { IHint } from './kinds';
import type { LineState } from './line';
import { Line } from './line';
import type { INeed } from './need';
import { mendingAction, needOf } from './need';
import { followNotebook } from './notebooks';
import type { IRemedy } from './remedy';
import { isInFront, remedyOf } from './remedy';

/**
 * Finds out what cells need that this page saw fail, and follows it until it is mended or not needed
 * any more. The server is asked once for the cells that fail together, and for no others.
 */
export class Needs implements IDisposable {
  constructor(private readonly _options: Needs.IOptions) {
    _options.executions.began.connect(this._onBegan, this);
    _options.model.stateChanged.connect(this._onModelChanged, this);
  }

  /**
   * Whether nothing is followed any more.
   */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Find out what a cell needs that was run.
   */
  look(seen: IExecution, hint: IHint): void {
    if (hint.kind === 'died') {
      void this._explain(seen, hint);
      return;
    }
    const place = `${seen.panel.id} ${seen.kernel}`;
    const waiting = this._waiting.get(place);
    if (waiting) {
      waiting.push([seen, hint]);
    } else {
      this._waiting.set(place, [[seen, hint]]);
      void this._ask(seen.panel, seen.kernel, place);
    }
  }

  /**
   * The line of this id; `null` where there is none.
   */
  find(id: string): Line | null {
    return [...this._lines].find(line => line.id === id) ?? null;
  }

  /**
   * Take a line away.
   */
  close(line: Line): void {
    this._lines.delete(line);
    line.dispose();
  }

  /**
   * Show the plan for what mends a cell in the panel. Nothing is installed by it.
   *
   * @param typed - What the user typed, where no name is known for certain
   */
  async mend(line: Line, typed = ''): Promise<void> {
    const { model, open } = this._options;
    const { state, seen } = line;
    if (state.phase !== 'found') {
      return;
    }
    const { need } = state;
    line.state = { need, phase: 'planning' };
    open(seen.panel);
    const here = (): boolean =>
      model.active && isInFront(model, seen.panel, seen.kernel);
    let came = false;
    const ready = await this._until(
      () =>
        here() && model.plannable && !model.looking && model.report !== null,
      () => {
        // Who turned to something else waits for no plan.
        came ||= here();
        return line.isDisposed || (came && !here());
      }
    );
    if (ready && !line.isDisposed) {
      const specs = typed ? typed.split(/\s+/).filter(Boolean) : need.specs;
      await this._plan(line, need, specs);
    }
    if (!line.isDisposed) {
      line.state = Private.stateOf(need, remedyOf(line, need, model));
    }
  }

  private async _plan(
    { id: origin }: Line,
    need: INeed,
    specs: ReadonlyArray<string>
  ): Promise<void> {
    const { model } = this._options;
    const { id } = need.outcome;
    const action = mendingAction(need);
    const wish = action && wishOf(action);
    if (specs.length > 0) {
      await model.makeWish({ kind: 'install', specs }, origin);
    } else if (action?.kind === 'create-environment') {
      await model.draftEnvironment({ ...draftOf(action), origin });
    } else if (action && model.report?.outcomes.some(one => one.id === id)) {
      await model.makePlan(id, action.id, origin);
    } else if (wish) {
      await model.makeWish(wish, origin);
    }
  }

  /**
   * Run the cell of a line again.
   */
  async runAgain(line: Line): Promise<void> {
    const { content, sessionContext } = line.seen.panel;
    const index = content.widgets.indexOf(line.cell);
    if (index >= 0) {
      content.deselectAll();
      content.activeCellIndex = index;
      await NotebookActions.run(content, sessionContext);
    }
  }

  /**
   * Forget all.
   */
  dispose(): void {
    const { executions, model } = this._options;
    this._isDisposed = true;
    executions.began.disconnect(this._onBegan, this);
    model.stateChanged.disconnect(this._onModelChanged, this);
    this._lines.forEach(line => this.close(line));
  }

  private _onBegan(_: Executions, cell: Cell): void {
    for (const line of this._lines) {
      if (line.cell === cell) {
        this.close(line);
      }
    }
  }

  /**
   * Ask about the cells of a notebook that failed with a kernel, and about those that fail meanwhile.
   */
  private async _ask(
    panel: NotebookPanel,
    kernel: string,
    place: string
  ): Promise<void> {
    let asked = this._waiting.get(place)?.splice(0) ?? [];
    while (asked.length > 0 && !panel.isDisposed) {
      // It may be what a package imports, and no cell names it.
      const missing = asked.flatMap(([, hint]) =>
        hint.kind === 'missing' ? [hint.name] : []
      );
      const report = await this._report(panel, kernel, [...new Set(missing)]);
      for (const [seen, hint] of asked) {
        const need = report && needOf(hint, report, seen.cell.model.id);
        if (need) {
          this._show(seen, hint, { phase: 'found', need });
        }
      }
      asked = this._waiting.get(place)?.splice(0) ?? [];
    }
    this._waiting.delete(place);
  }

  /**
   * A report on a kernel; `null` where there is none.
   */
  private async _report(
    panel: NotebookPanel,
    kernel: string,
    missing: ReadonlyArray<string>
  ): Promise<Report | null> {
    const { model } = this._options;
    // The panel looks by itself after cells were run.
    const next = isInFront(model, panel, kernel)
      ? await model.nextReport(missing)
      : null;
    const cells = codeCells(panel);
    return (
      next ??
      api
        .makeReport(this._connection, kernel, cells, false, missing)
        // Nobody asked for it: that there is no answer is not worth a word.
        .catch(() => null)
    );
  }

  private async _explain(seen: IExecution, hint: IHint): Promise<void> {
    const line = this._show(seen, hint, { phase: 'asking' });
    if (!line) {
      return;
    }
    let outcome: Outcome;
    try {
      const cell = { id: line.cellId, source: seen.source };
      outcome = await api.explainCrash(
        this._connection,
        seen.kernel,
        cell,
        seen.before
      );
    } catch (error) {
      const problem = api.toProblem(error);
      if (Private.IDLE_PROBLEMS.has(problem.reason)) {
        // It was shut down, or nobody here can tell.
        this.close(line);
      } else if (!line.isDisposed) {
        line.state = { phase: 'problem', problem };
      }
      return;
    }
    if (!line.isDisposed) {
      const need: INeed = {
        at: null,
        elsewhere: null,
        environment: null,
        outcome,
        specs: [],
        system: null
      };
      line.state = { phase: 'found', need };
    }
  }

  private _show(seen: IExecution, hint: IHint, state: LineState): Line | null {
    const { cell, kernel, panel, source } = seen;
    if (
      this._isDisposed ||
      panel.isDisposed ||
      cell.isDisposed ||
      panel.sessionContext.session?.kernel?.id !== kernel ||
      !this._options.executions.isLast(seen) ||
      cell.model.sharedModel.getSource() !== source
    ) {
      return null;
    }
    const line = new Line(seen, hint, state);
    this._lines.add(line);
    followNotebook(
      line,
      this._options.show,
      started => this._options.model.noteStart(started),
      () => this.close(line)
    );
    this._options.show(line);
    return line;
  }

  /**
   * A look at the environment, or a job, may have shown that a need is no more, or is one again.
   */
  private _onModelChanged(): void {
    for (const line of this._lines) {
      const { state } = line;
      if (state.phase === 'found' || state.phase === 'mended') {
        const remedy = remedyOf(line, state.need, this._options.model);
        const next = Private.stateOf(state.need, remedy);
        if (JSON.stringify(next) !== JSON.stringify(state)) {
          line.state = next;
        }
      }
    }
  }

  /**
   * Wait until something holds that the model comes to by itself.
   *
   * @param over - Whether it is not waited for any more
   * @returns Whether it came to it in time
   */
  private async _until(
    holds: () => boolean,
    over: () => boolean
  ): Promise<boolean> {
    const { stateChanged } = this._options.model;
    return new Promise(resolve => {
      const finish = (): void => {
        window.clearTimeout(timer);
        stateChanged.disconnect(look);
        resolve(holds());
      };
      const look = (): void => {
        if (holds() || over()) {
          finish();
        }
      };
      const timer = window.setTimeout(finish, Private.PATIENCE);
      stateChanged.connect(look);
      look();
    });
  }

  private get _connection(): api.IConnection {
    return { settings: this._options.settings };
  }

  private _isDisposed = false;
  private readonly _lines = new Set<Line>();
  private readonly _waiting = new Map<string, [IExecution, IHint][]>();
}

/**
 * A namespace for `Needs` statics.
 */
export namespace Needs {
  /**
   * What is listened to, and who shows what is found.
   */
  export interface IOptions {
    readonly executions: Executions;

    readonly model: EnvcheckModel;

    /**
     * Bring a notebook to the front, and the panel beside it.
     */
    readonly open: (panel: NotebookPanel) => void;

    readonly settings: ServerConnection.ISettings;

    /**
     * Draw a line under its cell.
     */
    readonly show: (line: Line) => void;
  }
}

namespace Private {
  /**
   * How many milliseconds the panel has to look at the environment.
   */
  export const PATIENCE = 60_000;

  export function stateOf(need: INeed, remedy: IRemedy | null): LineState {
    return remedy
      ? { need, phase: 'mended', ...remedy }
      : { need, phase: 'found' };
  }

  export const IDLE_PROBLEMS: ReadonlySet<string> = new Set([
    'forbidden',
    'no-extension',
    'unknown-kernel'
  ]);
}
