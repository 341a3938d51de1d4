import { ServerConnection } from '@jupyterlab/services';

/**
 * A request as it went out.
 */
export interface IRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * What a request is answered with; a function decides when.
 */
export type Answer = (request: IRequest) => Response | Promise<Response>;

/**
 * Settings of a server that is played by a function.
 */
export function played(answer: Answer): {
  readonly requests: IRequest[];
  readonly settings: ServerConnection.ISettings;
} {
  const requests: IRequest[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/base/',
    fetch: async (input: RequestInfo) => {
      const sent = input as Request;
      const url = new URL(sent.url);
      const text = await sent.text();
      const request = {
        method: sent.method,
        path: url.pathname,
        query: url.searchParams,
        headers: sent.headers,
        body: text ? JSON.parse(text) : null
      };
      requests.push(request);
      return answer(request);
    }
  });
  return { requests, settings };
}

/**
 * An answer in JSON.
 */
export function json(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {}
): Response {
  return new Response(JSON.stringify(body), { status, headers });
}
