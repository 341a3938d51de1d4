import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { Job, Plan, Report } from './wire';

/**
 * What went wrong, as a person is told it.
 */
export interface IProblem {
  /**
   * A stable word for programs: `offline`, `forbidden`, `timed-out`, …
   */
  readonly reason: string;

  /**
   * What happened, in one sentence; empty where the reason says it all.
   */
  readonly message: string;

  /**
   * What to do about it, in one sentence.
   */
  readonly hint: string;
}

/**
 * A code cell as the server wants it: where imports are looked for.
 */
export interface ICell {
  readonly id: string;
  readonly source: string;
}

/**
 * A request that was not answered, or answered with an error.
 */
export class ApiError extends Error implements IProblem {
  /**
   * @param status - The HTTP status; 0 where there was no answer
   * @param problem - What to tell the user
   */
  constructor(
    readonly status: number,
    problem: IProblem
  ) {
    super(problem.message);
    this.reason = problem.reason;
    this.hint = problem.hint;
  }

  readonly reason: string;
  readonly hint: string;
}

/**
 * What to tell the user of something that was thrown.
 */
export function toProblem(error: unknown): IProblem {
  return error instanceof ApiError
    ? error
    : { reason: 'unexplained', message: String(error), hint: '' };
}

/**
 * Whether the server answered, so that asking again would bring the same.
 */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/**
 * How to reach the server, and whether the request counts as the user's activity.
 */
export interface IConnection {
  readonly settings: ServerConnection.ISettings;

  /**
   * Set for requests that a bell or a timer caused: they must not keep a culler from its work.
   */
  readonly background?: boolean;
}

/**
 * Look at a kernel's environment.
 *
 * @param kernel - The kernel's id
 * @param cells - The notebook's code cells; `null` where there is no notebook
 * @param refresh - Whether to look again at what was cached
 */
export async function makeReport(
  connection: IConnection,
  kernel: string,
  cells: ReadonlyArray<ICell> | null,
  refresh: boolean
): Promise<Report> {
  return Private.data<Report>(
    await Private.post(connection, 'report', { kernel, cells, refresh })
  );
}

/**
 * Ask what the fingerprint of a kernel's environment is now. No kernel is asked for it.
 *
 * @returns The fingerprint, which changes with what is installed; `null` where it is not known
 */
export async function getFingerprint(
  connection: IConnection,
  kernel: string
): Promise<string | null> {
  const { fingerprint } = await Private.get<{ fingerprint: string | null }>(
    connection,
    'fingerprint',
    { kernel }
  );
  return fingerprint;
}

/**
 * Ask what an action of a report would change.
 *
 * @returns The id of the plan, which is being resolved.
 */
export async function makePlan(
  connection: IConnection,
  report: string,
  outcome: string,
  action: string
): Promise<string> {
  return Private.located(
    await Private.post(connection, 'plans', { report, outcome, action })
  );
}

/**
 * Get a plan, whatever its state.
 */
export async function getPlan(
  connection: IConnection,
  id: string
): Promise<Plan> {
  return Private.get<Plan>(connection, `plans/${encodeURIComponent(id)}`);
}

/**
 * Throw a plan away.
 */
export async function deletePlan(
  connection: IConnection,
  id: string
): Promise<void> {
  await Private.request(connection, `plans/${encodeURIComponent(id)}`, {
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
  return Private.located(await Private.post(connection, 'jobs', { plan }));
}

/**
 * Get all jobs the server remembers, newest first, without their lines.
 */
export async function listJobs(
  connection: IConnection
): Promise<ReadonlyArray<Job>> {
  return Private.get<ReadonlyArray<Job>>(connection, 'jobs');
}

/**
 * Get a job, with the lines it wrote after line `after`.
 */
export async function getJob(
  connection: IConnection,
  id: string,
  after: number
): Promise<Job> {
  return Private.get<Job>(connection, `jobs/${encodeURIComponent(id)}`, {
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
  await Private.request(connection, `jobs/${encodeURIComponent(id)}`, {
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
  return Private.located(
    await Private.post(connection, `jobs/${encodeURIComponent(id)}/undo`, {})
  );
}

namespace Private {
  const API = 'envcheck/api';

  export async function get<T>(
    connection: IConnection,
    path: string,
    query: Record<string, string> = {}
  ): Promise<T> {
    const response = await request(connection, path, { method: 'GET' }, query);
    return data<T>(response);
  }

  /**
   * What an answer says; a gateway's page in its place is said to be one.
   */
  export async function data<T>(response: Response): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError(response.status, {
        reason: 'no-data',
        message: '',
        hint: ''
      });
    }
  }

  export async function post(
    connection: IConnection,
    path: string,
    body: object
  ): Promise<Response> {
    return request(connection, path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body)
    });
  }

  export async function request(
    connection: IConnection,
    path: string,
    init: RequestInit,
    query: Record<string, string> = {}
  ): Promise<Response> {
    const { settings, background } = connection;
    const url =
      URLExt.join(settings.baseUrl, API, path) +
      URLExt.objectToQueryString(
        background ? { ...query, no_track_activity: '1' } : query
      );
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, settings);
    } catch (error) {
      throw new ApiError(0, {
        reason: 'offline',
        message: '',
        hint: error instanceof Error ? error.message : String(error)
      });
    }
    if (!response.ok) {
      throw await failed(response);
    }
    return response;
  }

  /**
   * The id at the end of a `Location` header, which a proxy may have made absolute.
   */
  export function located(response: Response): string {
    const id = (response.headers.get('Location') ?? '')
      .replace(/[?#].*$/, '')
      .split('/')
      .pop();
    if (!id) {
      throw new ApiError(response.status, {
        reason: 'no-location',
        message: '',
        hint: ''
      });
    }
    return decodeURIComponent(id);
  }

  async function failed(response: Response): Promise<ApiError> {
    const body: unknown = await response.json().catch(() => null);
    const text = (key: string): string => {
      const value =
        typeof body === 'object' && body !== null
          ? (body as Record<string, unknown>)[key]
          : undefined;
      return typeof value === 'string' ? value : '';
    };
    return new ApiError(response.status, {
      // jupyter_server's own errors carry a `reason` as well, but `null` or a phrase, and no hint.
      reason: text('hint') ? text('reason') : unexplained(response.status),
      message: text('message'),
      hint: text('hint')
    });
  }

  /**
   * The reason of an answer that is not from our handlers.
   */
  function unexplained(status: number): string {
    switch (status) {
      case 401:
      case 403:
        return 'forbidden';
      case 404:
        return 'no-extension';
      default:
        return 'unexplained';
    }
  }
}
