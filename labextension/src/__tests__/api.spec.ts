import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import * as api from '../api';
import { problemWords } from '../components/problemwords';
import { json, played } from './answers';
import { golden } from './golden';

describe('api', () => {
  it('should ask for a report with the cells, and the XSRF token', async () => {
    document.cookie = '_xsrf=secret';
    const report = golden('report-problems');
    const { requests, settings } = played(() => json(report));
    const cells = [{ id: 'a', source: 'import sklearn' }];
    await expect(
      api.makeReport({ settings }, 'k1', cells, true)
    ).resolves.toEqual(report);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/base/envcheck/api/report',
      body: { kernel: 'k1', cells, refresh: true }
    });
    expect(requests[0].headers.get('X-XSRFToken')).toBe('secret');
  });

  it('should say which requests are not the user’s activity', async () => {
    const { requests, settings } = played(() => json(golden('job-running')));
    await api.getJob({ settings }, 'j1', 7);
    await api.getJob({ settings, background: true }, 'j1', 7);
    expect(requests.map(({ query }) => query.get('after'))).toEqual(['7', '7']);
    expect(requests.map(({ query }) => query.get('no_track_activity'))).toEqual(
      [null, '1']
    );
  });

  it.each([
    ['a path', '/base/envcheck/api/plans/p1'],
    ['an address', 'https://proxy.example/base/envcheck/api/plans/p1?x=1']
  ])('should find the id of a plan at the end of %s', async (_, Location) => {
    const { settings } = played(() => json(null, 202, { Location }));
    const asked = { report: 'r1', outcome: 'o1', action: 'a1' };
    await expect(api.makePlan({ settings }, asked)).resolves.toBe('p1');
  });

  it('should get an environment as a file', async () => {
    const headers = {
      'Content-Disposition': 'attachment; filename="environment.yml"'
    };
    const { requests, settings } = played(
      () => new Response('name: climate\n', { headers })
    );
    await expect(api.exportEnvironment({ settings }, 'k 1')).resolves.toEqual({
      name: 'environment.yml',
      text: 'name: climate\n'
    });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      path: '/base/envcheck/api/export'
    });
    expect(requests[0].query.get('kernel')).toBe('k 1');
  });

  it('should not take a page to sign in for a file', async () => {
    const { settings } = played(() => new Response('<html>', { status: 200 }));
    await expect(
      api.exportEnvironment({ settings }, 'k1')
    ).rejects.toMatchObject({ reason: 'no-data' });
  });

  it('should free what is kept of a job, and tell what it is then', async () => {
    const job = golden('job-succeeded');
    const { requests, settings } = played(() => json(job));
    await expect(api.freeUndo({ settings }, 'j 1')).resolves.toEqual(job);
    expect(requests[0]).toMatchObject({
      method: 'DELETE',
      path: '/base/envcheck/api/jobs/j%201/undo'
    });
  });

  it('should pass on what the server says went wrong', async () => {
    const problem = { message: 'It is busy.', reason: 'busy', hint: 'Wait.' };
    const { settings } = played(() => json(problem, 409));
    await expect(api.listJobs({ settings })).rejects.toMatchObject({
      status: 409,
      ...problem
    });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'no-extension'],
    [500, 'unexplained']
  ])(
    'should give %d without a hint the reason “%s”',
    async (status, reason) => {
      const { settings } = played(() =>
        json({ message: 'No', reason: null }, status)
      );
      await expect(api.listJobs({ settings })).rejects.toMatchObject({
        status,
        reason
      });
    }
  );

  it('should survive an error page', async () => {
    const { settings } = played(() => new Response('<html>', { status: 502 }));
    await expect(api.listJobs({ settings })).rejects.toMatchObject({
      reason: 'unexplained'
    });
  });

  it('should not take a page to sign in for an answer', async () => {
    const { settings } = played(() => new Response('<html>', { status: 200 }));
    await expect(api.listJobs({ settings })).rejects.toMatchObject({
      reason: 'no-data'
    });
    await expect(
      api.makeReport({ settings }, 'k1', null, false)
    ).rejects.toMatchObject({ reason: 'no-data' });
  });

  it('should say that it is offline', async () => {
    const { settings } = played(() => {
      throw new TypeError('Failed to fetch');
    });
    await expect(api.listJobs({ settings })).rejects.toMatchObject({
      status: 0,
      reason: 'offline'
    });
  });

  it.each([
    ['jobs', 30, (one: api.IConnection) => api.listJobs(one)],
    ['a report', 180, (one: api.IConnection) => look(one)],
    [
      'packages that are out of date',
      180,
      (one: api.IConnection) => api.listOutdated(one, 'k1')
    ]
  ])('should wait for %s %d seconds, and say so', async (_, limit, ask) => {
    jest.useFakeTimers();
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/base/',
      fetch: (input: RequestInfo) =>
        new Promise((_, reject) => {
          const { signal } = input as Request;
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        })
    });
    const problem = ask({ settings }).then(() => null, api.toProblem);
    let told = false;
    void problem.then(() => (told = true));
    await jest.advanceTimersByTimeAsync((limit - 1) * 1000);
    expect(told).toBe(false);
    await jest.advanceTimersByTimeAsync(1000);
    expect(told).toBe(true);
    const trans = nullTranslator.load('jupyterlab_envcheck');
    expect(problemWords((await problem) as api.IProblem, trans)).toEqual([
      'The Jupyter server did not answer in time.',
      'It may be busy: wait a little, then try again.'
    ]);
    jest.useRealTimers();
  });

  it('should leave no timer behind an answer', async () => {
    jest.useFakeTimers();
    const { settings } = played(() => json([]));
    await api.listJobs({ settings });
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

function look(connection: api.IConnection): Promise<unknown> {
  return api.makeReport(connection, 'k1', null, false);
}
