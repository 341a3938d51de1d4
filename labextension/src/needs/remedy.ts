import type { NotebookPanel } from '@jupyterlab/notebook';
import { isUndone } from '../jobs';
import type { EnvcheckModel } from '../model';
import { changesPackages } from '../plans';
import type { Job, NewKernelspec, Report } from '../wire';
import type { Line } from './line';
import type { INeed } from './need';
import { needOf } from './need';

/**
 * What became of a need.
 */
export interface IRemedy {
  /**
   * The new kernel that has what the cell needs; `null` where its own has it.
   */
  readonly kernel: NewKernelspec | null;

  /**
   * The modules because of which the kernel must be restarted first.
   */
  readonly stale: ReadonlyArray<string>;
}

/**
 * Whether, and how, a need is no more, by the jobs and the report that are known now; `null` where it
 * is as it was. A job that is taken back, or a newer report, may bring it back.
 */
export function remedyOf(
  line: Line,
  need: INeed,
  model: EnvcheckModel
): IRemedy | null {
  const job = doneFor(line, model);
  const kernel = job?.plan.kernelspec ?? null;
  if (kernel) {
    return { kernel, stale: [] };
  }
  const done = job !== null && changesPackages(job.plan) ? job : null;
  const there = toldBy(model, line, [need.at, done?.ended ?? null]);
  if (there === false || (there === null && !done)) {
    return null;
  }
  const restart = done?.verdict?.restart;
  const restarted = model.restartedSince(line.seen.kernel, done);
  return {
    kernel: null,
    stale: restart?.needed && !restarted ? restart.modules : []
  };
}

/**
 * Whether a notebook is in front, with a kernel.
 */
export function isInFront(
  { subject }: EnvcheckModel,
  panel: NotebookPanel,
  kernel: string
): boolean {
  return subject?.kernel === kernel && subject.document === panel.id;
}

/**
 * The newest job that was planned for a line, did what was planned, and was not taken back; `null`
 * where there is none.
 */
function doneFor(line: Line, model: EnvcheckModel): Job | null {
  const jobs = model.job ? [model.job, ...model.earlier] : model.earlier;
  const newest = jobs.find(
    ({ plan, state }) =>
      state === 'succeeded' && model.originOf(plan.id) === line.id
  );
  return newest?.verdict?.planned && !isUndone(newest, jobs) ? newest : null;
}

/**
 * Whether what a cell needs is there, by a report that is newer than the need, and than what was done
 * for it; `null` where none tells.
 */
function toldBy(
  model: EnvcheckModel,
  { cellId, hint, seen }: Line,
  times: ReadonlyArray<string | null>
): boolean | null {
  const { known } = model;
  if (
    !isInFront(model, seen.panel, seen.kernel) ||
    !known ||
    !isNewer(known, times)
  ) {
    return null;
  }
  switch (hint.kind) {
    case 'missing':
      return (
        known.facts.notebook.value?.imports.find(
          ({ name }) => name === hint.name
        )?.found ?? null
      );
    case 'install':
      // The line of the cell is there, whatever was installed since.
      return null;
    default:
      return needOf(hint, known, cellId) ? false : null;
  }
}

/**
 * Whether a report was begun after some times, which are the server's as well.
 */
function isNewer(report: Report, times: ReadonlyArray<string | null>): boolean {
  return times.every(
    time => time === null || Date.parse(report.at) > Date.parse(time)
  );
}
