import * as api from '../api';
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
    await expect(api.makePlan({ settings }, 'r1', 'o1', 'a1')).resolves.toBe(
      'p1'
    );
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
});
