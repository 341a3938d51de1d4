import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ApiError } from './problem';

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
 * An answer, read to its end.
 */
export interface IAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * How many milliseconds an answer may take that the server has at hand, or only has to begin.
 */
const SOON = 30_000;

/**
 * How many milliseconds an answer may take for which the server asks kernels, interpreters or a
 * package index: more than its own limits, so that it can say itself what took too long.
 */
export const LONG = 180_000;

/**
 * Ask for something.
 */
export async function get<T>(
  connection: IConnection,
  path: string,
  query: Record<string, string> = {}
): Promise<T> {
  return data<T>(await request(connection, path, { method: 'GET' }, { query }));
}

/**
 * Ask for something with a text.
 *
 * @param limit - How many milliseconds the answer may take
 */
export async function post(
  connection: IConnection,
  path: string,
  body: object,
  limit?: number
): Promise<IAnswer> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  };
  return request(connection, path, init, { limit });
}

/**
 * Ask, and wait for the whole answer; throws an `ApiError` where there is none or it is an error.
 */
export async function request(
  connection: IConnection,
  path: string,
  init: RequestInit,
  {
    limit = SOON,
    query = {}
  }: {
    readonly limit?: number;
    readonly query?: Record<string, string>;
  } = {}
): Promise<IAnswer> {
  const { settings, background } = connection;
  const url =
    URLExt.join(settings.baseUrl, Private.API, path) +
    URLExt.objectToQueryString(
      background ? { ...query, no_track_activity: '1' } : query
    );
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limit);
  try {
    const sent = { ...init, signal: late.signal };
    const response = await ServerConnection.makeRequest(url, sent, settings);
    const { headers, ok, status } = response;
    const answer = { headers, status, text: await response.text() };
    if (!ok) {
      throw Private.failed(answer);
    }
    return answer;
  } catch (error) {
    if (error instanceof ApiError) {
      throw error;
    }
    throw new ApiError(
      0,
      late.signal.aborted
        ? { reason: 'timed-out', message: '', hint: '' }
        : {
            reason: 'offline',
            message: '',
            hint: error instanceof Error ? error.message : String(error)
          }
    );
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What an answer says; a gateway's page in its place is said to be one.
 */
export function data<T>(answer: IAnswer): T {
  try {
    return JSON.parse(answer.text) as T;
  } catch {
    throw noData(answer);
  }
}

/**
 * What is wrong with an answer that is no answer of ours.
 */
export function noData({ status }: IAnswer): ApiError {
  return new ApiError(status, { reason: 'no-data', message: '', hint: '' });
}

/**
 * The id at the end of a `Location` header, which a proxy may have made absolute.
 */
export function located({ headers, status }: IAnswer): string {
  const id = (headers.get('Location') ?? '')
    .replace(/[?#].*$/, '')
    .split('/')
    .pop();
  if (!id) {
    const problem = { reason: 'no-location', message: '', hint: '' };
    throw new ApiError(status, problem);
  }
  return decodeURIComponent(id);
}

namespace Private {
  export const API = 'envcheck/api';

  /**
   * The error that an answer is.
   */
  export function failed({ status, text }: IAnswer): ApiError {
    const said = words(text);
    return new ApiError(status, {
      // jupyter_server's own errors carry a `reason` as well, but `null` or a phrase, and no hint.
      reason: said('hint') ? said('reason') : unexplained(status),
      message: said('message'),
      hint: said('hint')
    });
  }

  function words(text: string): (key: string) => string {
    let body: unknown = null;
    try {
      body = JSON.parse(text);
    } catch {
      // A page of somebody else's.
    }
    return key => {
      const value =
        typeof body === 'object' && body !== null
          ? (body as Record<string, unknown>)[key]
          : undefined;
      return typeof value === 'string' ? value : '';
    };
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
