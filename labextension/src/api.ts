import type { IConnection } from './transport';
import * as transport from './transport';
import type {
  GuideEntry,
  Job,
  Outcome,
  Plan,
  Releases,
  Report,
  Wish
} from './wire';

export type { IProblem } from './problem';
export { ApiError, isFinal, toProblem } from './problem';
export type { IConnection } from './transport';

/**
 * A code cell as the server wants it: where imports are looked for.
 */
export interface ICell {
  readonly id: string;
  readonly source: string;
}

/**
 * What a plan is to be made of, in the parts that the server asks for.
 */
export type IWish =
  | {
      readonly kind: Extract<
        Wish['kind'],
        'install' | 'remove' | 'update' | 'reinstall'
      >;
      readonly specs: ReadonlyArray<string>;

      /**
       * What may be built from its source, which runs its code.
       */
      readonly build?: ReadonlyArray<string>;
    }
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly specs: ReadonlyArray<string>;
      readonly python: string | null;

      /**
       * What may be built from its source, which runs its code.
       */
      readonly build?: ReadonlyArray<string>;

      /**
       * Channels of conda's, by name, which then makes it.
       */
      readonly channels?: ReadonlyArray<string>;
    }
  | { readonly kind: 'register'; readonly prefix: string }
  | {
      readonly kind: 'set-environment';
      readonly variables: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'restore';

      /**
       * An `environment.yml` or a `requirements.txt`.
       */
      readonly text: string;

      /**
       * What it is to be called; what the file says where this is left out.
       */
      readonly name?: string;

      /**
       * What to go on without: lines that are not read (after a problem `lines-refused`), and
       * builds that another platform has (after a refusal `other-builds`).
       */
      readonly without?: ReadonlyArray<'lines' | 'builds'>;

      /**
       * Channels of conda's, by name, in the place of the file's.
       */
      readonly channels?: ReadonlyArray<string>;
    }
  | { readonly kind: 'back'; readonly job: string };

/**
 * An environment as a file.
 */
export interface IExported {
  /**
   * What such files are called: `environment.yml`, `requirements.txt`.
   */
  readonly name: string;
  readonly text: string;
}

/**
 * What a plan is asked for with: an action of a report, or a wish.
 */
export type IAsked =
  | {
      readonly report: string;
      readonly outcome: string;
      readonly action: string;
    }
  | {
      /**
       * The kernel whose environment it is about, where the wish does not say so itself.
       */
      readonly kernel?: string;
      readonly wish: IWish;
    };

/**
 * Look at a kernel's environment.
 *
 * @param kernel - The kernel's id
 * @param cells - The notebook's code cells; `null` where there is no notebook
 * @param refresh - Whether to look again at what was cached
 * @param missing - Modules of which an import failed, whether or not a cell names them
 */
export async function makeReport(
  connection: IConnection,
  kernel: string,
  cells: ReadonlyArray<ICell> | null,
  refresh: boolean,
  missing: ReadonlyArray<string> = []
): Promise<Report> {
  return transport.data<Report>(
    await transport.post(
      connection,
      'report',
      { kernel, cells, refresh, ...(missing.length > 0 && { missing }) },
      transport.LONG
    )
  );
}

/**
 * Get the last report on a kernel as Markdown, without what tells whose it is. Nothing is looked at.
 */
export async function getReportForIssue(
  connection: IConnection,
  kernel: string
): Promise<string> {
  const init = { method: 'GET' };
  const query = { kernel };
  return (await transport.request(connection, 'report.md', init, { query }))
    .text;
}

/**
 * Ask why a kernel died during a cell: its imports, and nothing else of it, are repeated in another
 * process, which may take a minute.
 *
 * @param before - The cells that ran before in that kernel
 */
export async function explainCrash(
  connection: IConnection,
  kernel: string,
  cell: ICell,
  before: ReadonlyArray<ICell>
): Promise<Outcome> {
  return transport.data<Outcome>(
    await transport.post(
      connection,
      'crash',
      { kernel, cell, before },
      transport.LONG
    )
  );
}

/**
 * What is the case since the last report on a kernel.
 */
export interface INow {
  /**
   * What changes with what is installed; `null` where it is not known.
   */
  readonly fingerprint: string | null;

  /**
   * Whether the kernel's process is surely not the one that was looked at.
   */
  readonly restarted: boolean;
}

/**
 * Ask what is the case since the last report on a kernel. No kernel is asked for it.
 */
export async function getNow(
  connection: IConnection,
  kernel: string
): Promise<INow> {
  return transport.get<INow>(connection, 'fingerprint', { kernel });
}

/**
 * Ask the package index which packages of a kernel's environment have newer releases.
 */
export async function listOutdated(
  connection: IConnection,
  kernel: string
): Promise<Releases> {
  return transport.data<Releases>(
    await transport.post(connection, 'outdated', { kernel }, transport.LONG)
  );
}

/**
 * Get all entries of the guide.
 */
export async function getGuide(
  connection: IConnection
): Promise<ReadonlyArray<GuideEntry>> {
  return transport.get<ReadonlyArray<GuideEntry>>(connection, 'guide');
}

/**
 * Ask what an action of a report, or a wish, would change.
 *
 * @returns The id of the plan, which is being resolved.
 */
export async function makePlan(
  connection: IConnection,
  asked: IAsked
): Promise<string> {
  return transport.located(
    await transport.post(connection, 'plans', asked, transport.LONG)
  );
}

/**
 * Get an environment as a file, out of the last report on its kernel. Nothing is asked or started.
 *
 * @returns The file; a problem `changed` where a report has to be made first.
 */
export async function exportEnvironment(
  connection: IConnection,
  kernel: string
): Promise<IExported> {
  const init = { method: 'GET' };
  const query = { kernel };
  const answer = await transport.request(connection, 'export', init, { query });
  // A page to sign in, which a proxy answers with, names no file.
  const named = /filename="([\w.]+)"/.exec(
    answer.headers.get('Content-Disposition') ?? ''
  );
  if (named === null) {
    throw transport.noData(answer);
  }
  return { name: named[1], text: answer.text };
}

/**
 * Get a plan, whatever its state.
 */
export async function getPlan(
  connection: IConnection,
  id: string
): Promise<Plan> {
  return transport.get<Plan>(connection, `plans/${encodeURIComponent(id)}`);
}

/**
 * Throw a plan away.
 */
export async function deletePlan(
  connection: IConnection,
  id: string
): Promise<void> {
  await transport.request(connection, `plans/${encodeURIComponent(id)}`, {
    method: 'DELETE'
  });
}

/**
 * Carry out a plan.
 *
 * @returns The id of the job.
 */
export async function startJob(
  connection: IConnection,
  plan: string
): Promise<string> {
  return transport.located(await transport.post(connection, 'jobs', { plan }));
}

/**
 * Get all jobs the server remembers, newest first, without their lines.
 */
export async function listJobs(
  connection: IConnection
): Promise<ReadonlyArray<Job>> {
  return transport.get<ReadonlyArray<Job>>(connection, 'jobs');
}

/**
 * Get a job, with the lines it wrote after line `after`.
 */
export async function getJob(
  connection: IConnection,
  id: string,
  after: number
): Promise<Job> {
  return transport.get<Job>(connection, `jobs/${encodeURIComponent(id)}`, {
    after: String(after)
  });
}

/**
 * Cancel a running job.
 */
export async function cancelJob(
  connection: IConnection,
  id: string
): Promise<void> {
  await transport.request(connection, `jobs/${encodeURIComponent(id)}`, {
    method: 'DELETE'
  });
}

/**
 * Take back what a job did.
 *
 * @returns The id of the job that does so.
 */
export async function undoJob(
  connection: IConnection,
  id: string
): Promise<string> {
  return transport.located(
    await transport.post(connection, `jobs/${encodeURIComponent(id)}/undo`, {})
  );
}

/**
 * Free what is kept for taking a job back, which cannot be taken back after that.
 *
 * @returns The job as it is then.
 */
export async function freeUndo(
  connection: IConnection,
  id: string
): Promise<Job> {
  const path = `jobs/${encodeURIComponent(id)}/undo`;
  return transport.data<Job>(
    await transport.request(
      connection,
      path,
      { method: 'DELETE' },
      { limit: transport.LONG }
    )
  );
}
