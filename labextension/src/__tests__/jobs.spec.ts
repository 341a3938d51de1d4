import type { Job } from '../wire';
import { json } from './answers';
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
});
