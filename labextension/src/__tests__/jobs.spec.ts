import type { Job } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import { idle, RUNNING, setUp, SUCCEEDED, until, usual } from './world';

describe('EnvcheckModel, jobs', () => {
  it('should show the newest job with its lines where nothing runs', async () => {
    const older = { ...SUCCEEDED, id: 'p0', lines: [] };
    const { model } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json([{ ...SUCCEEDED, lines: [] }, older])
        : request.path.endsWith('/jobs/p1')
          ? json(SUCCEEDED)
          : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null);
    expect(model.job?.lines).toEqual(SUCCEEDED.lines);
    expect(model.witnessed).toBe(false);
    expect(model.earlier.map(({ id }) => id)).toEqual(['p0']);
  });

  it('should show a job of another tab that was over before it was heard of', async () => {
    const later = { ...SUCCEEDED, id: 'p2', ended: '2126-01-01T00:00:00Z' };
    let jobs: Job[] = [SUCCEEDED];
    const { model, ring, sent } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json(jobs)
        : request.path.includes('/jobs/')
          ? json(jobs[0])
          : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null && model.report !== null);
    const looks = sent('POST', '/report').length;
    jobs = [later, SUCCEEDED];
    ring('job', 'p2');
    await until(() => model.job?.id === 'p2');
    expect(model.earlier.map(({ id }) => id)).toEqual(['p1']);
    await until(() => sent('POST', '/report').length > looks);
    model.dispose();
  });

  it('should read the history again after an install', async () => {
    const { model, sent } = setUp();
    model.active = true;
    await until(() => model.report !== null && sent('GET', '/jobs').length > 0);
    await model.makePlan('missing-import:sklearn', 'install');
    await model.install('p1');
    expect(sent('GET', '/jobs')).toHaveLength(2);
    model.dispose();
  });

  it('should remember that the kernel was restarted after a job', async () => {
    let job: Job = RUNNING;
    const { kernels, model, ring } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json([job])
        : request.path.endsWith('/jobs/p1')
          ? json(job)
          : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null);
    // A start while the job runs counts for nothing, nor does a new connection after it.
    kernels.become({ ...idle('k1'), state: 'starting' });
    kernels.become(idle('k1'));
    await new Promise(resolve => setTimeout(resolve, 5));
    job = SUCCEEDED;
    ring('job', 'p1');
    await until(() => model.job?.state === 'succeeded');
    kernels.become({ ...idle('k1'), state: 'connecting' });
    kernels.become(idle('k1'));
    expect(model.restarted).toBe(false);
    // Not even while the panel is closed is a restart overlooked.
    model.active = false;
    kernels.become({ ...idle('k1'), state: 'starting' });
    kernels.become(idle('k1'));
    expect(model.restarted).toBe(true);
    kernels.become(idle('k2'));
    expect(model.restarted).toBe(false);
  });

  it('should note a start once, however long it lasts', () => {
    const { kernels, model } = setUp();
    const noted = jest.spyOn(model, 'noteStart');
    for (const kernel of ['k1', 'k1', 'k2', 'k2']) {
      kernels.become({ ...idle(kernel), state: 'starting' });
    }
    kernels.become(idle('k2'));
    kernels.become({ ...idle('k2'), state: 'starting' });
    expect(noted.mock.calls).toEqual([['k1'], ['k2'], ['k2']]);
    model.dispose();
  });

  it('should learn while the panel is closed how a job ended, and of a restart', async () => {
    const { kernels, model, requests } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json([RUNNING])
        : request.path.endsWith('/jobs/p1')
          ? json(RUNNING)
          : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null && model.report !== null);
    model.active = false;
    const asked = requests.length;
    let told = 0;
    model.stateChanged.connect(() => told++);
    model.learn({ ...SUCCEEDED, id: 'another' });
    expect(model.job?.state).toBe('running');
    const last = { ...SUCCEEDED.lines[0], n: 900, text: 'the last' };
    model.learn({ ...SUCCEEDED, lines: [last] });
    expect(model.job?.state).toBe('succeeded');
    expect(model.job?.lines).toEqual([...RUNNING.lines, last]);
    expect(model.restartedSince('k1', model.job)).toBe(false);
    told = 0;
    kernels.become({ ...idle('k1'), state: 'starting' });
    expect(told).toBe(1);
    model.noteStart('k7');
    expect(model.restartedSince('k1', model.job)).toBe(true);
    expect(model.restartedSince('k7', model.job)).toBe(true);
    expect(model.restartedSince('k8', model.job)).toBe(false);
    expect(requests).toHaveLength(asked);
    model.dispose();
  });

  it('should say why a job could not be taken back', async () => {
    const problem = { message: 'No.', reason: 'no-undo', hint: 'Plan it.' };
    const { model } = setUp(request =>
      request.path.endsWith('/undo') ? json(problem, 409) : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    await model.undo('p0');
    expect(model.jobProblem).toMatchObject(problem);
  });

  it('should follow the job that takes another back, asked for once', async () => {
    const undo: Job = { ...golden<Job>('job-undo'), state: 'running' };
    let ended = false;
    const { model, ring, sent } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json([golden('job-undoable')])
        : request.path.endsWith('/undo')
          ? json(null, 202, { Location: '/base/envcheck/api/jobs/p2' })
          : request.path.endsWith('/jobs/p2')
            ? json(ended ? golden('job-undo') : undo)
            : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null && model.job !== null);
    await Promise.all([model.undo('p1'), model.undo('p1')]);
    expect(sent('POST', '/undo')).toHaveLength(1);
    expect(model.job?.id).toBe('p2');
    expect(model.witnessed).toBe(true);
    expect(model.findJob('p1')).not.toBeNull();
    ended = true;
    ring('job', 'p2');
    await until(() => model.job?.state === 'succeeded');
    model.dispose();
  });

  it('should know that what was kept of a job is freed', async () => {
    const kept = golden<Job>('job-undoable');
    const undo = {
      possible: false,
      until: null,
      reason: 'it was freed',
      space: null
    };
    const { model, sent } = setUp(request =>
      request.path.endsWith('/jobs')
        ? json([kept, { ...kept, id: 'p0' }])
        : request.path.endsWith('/jobs/p1')
          ? json(kept)
          : request.method === 'DELETE'
            ? json({ ...kept, undo })
            : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null);
    await model.free('p0');
    expect(model.job?.undo).toEqual(kept.undo);
    expect(model.earlier[0].undo).toEqual(undo);
    await model.free('p1');
    expect(model.job?.undo).toEqual(undo);
    expect(model.job?.lines).toEqual(kept.lines);
    expect(sent('DELETE', '/undo')).toHaveLength(2);
  });

  it('should read the history once for many rings of a job that is not shown', async () => {
    const { model, ring, sent } = setUp();
    model.active = true;
    await until(() => model.report !== null && sent('GET', '/jobs').length > 0);
    for (let step = 0; step < 50; step++) {
      ring('job', 'p7');
    }
    await until(() => sent('GET', '/jobs').length > 1);
    expect(sent('GET', '/jobs')).toHaveLength(2);
    model.dispose();
  });

  it('should not take back why something was refused because the history was read', async () => {
    const problem = { message: 'No.', reason: 'no-undo', hint: 'Plan it.' };
    const { model, ring, sent } = setUp(request =>
      request.path.endsWith('/undo') ? json(problem, 409) : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null && sent('GET', '/jobs').length > 0);
    await model.undo('p0');
    ring('job', 'p7');
    await until(() => sent('GET', '/jobs').length > 1);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(model.jobProblem).toMatchObject(problem);
    model.dispose();
  });
});
