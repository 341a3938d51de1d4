import { PromiseDelegate } from '@lumino/coreutils';
import type { ISubject } from '../kernel';
import type { Job } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import { idle, REPORT, RUNNING, setUp, SUCCEEDED, until, usual } from './world';

describe('EnvcheckModel', () => {
  it('should ask nothing before somebody looks', async () => {
    const { kernels, requests } = setUp();
    kernels.become(idle('k2'));
    kernels.executed.emit();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(requests).toEqual([]);
  });

  it('should look at the kernel in front, with the cells', async () => {
    const { model, sent } = setUp();
    model.active = true;
    expect(model.looking).toBe(true);
    await until(() => model.report !== null);
    expect(model.looking).toBe(false);
    expect(sent('POST', '/report').map(({ body }) => body)).toEqual([
      {
        kernel: 'k1',
        cells: [{ id: 'c1', source: 'import sklearn' }],
        refresh: false
      }
    ]);
  });

  it('should ignore a late answer about another kernel', async () => {
    const late = new PromiseDelegate<Response>();
    const { kernels, model } = setUp(request =>
      (request.body as { kernel?: string } | null)?.kernel === 'k1'
        ? late.promise
        : usual(request)
    );
    model.active = true;
    kernels.become(idle('k2'));
    await until(() => model.report !== null);
    late.resolve(json({ ...REPORT, id: 'late' }));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(model.report?.id).toBe(REPORT.id);
    expect(model.looking).toBe(false);
  });

  it('should show the last report of a kernel at once, and look again', async () => {
    const { kernels, model, sent } = setUp();
    model.active = true;
    await until(() => model.report !== null);
    kernels.become(idle('k2'));
    expect(model.report).toBeNull();
    await until(() => model.report !== null);
    kernels.become(idle('k1'));
    expect(model.report).not.toBeNull();
    expect(model.looking).toBe(true);
    await until(() => !model.looking);
    expect(sent('POST', '/report')).toHaveLength(3);
  });

  it('should not take a busy and again idle kernel for a reason to look', async () => {
    const { kernels, model, sent } = setUp(request =>
      request.path.endsWith('/report')
        ? json({ message: 'm', reason: 'timed-out', hint: 'h' }, 500)
        : usual(request)
    );
    model.active = true;
    await until(() => model.problem !== null);
    kernels.become({ ...idle('k1'), state: 'busy' });
    kernels.become(idle('k1'));
    expect(sent('POST', '/report')).toHaveLength(1);
    expect(model.problem?.reason).toBe('timed-out');
  });

  it('should look again after cells, one look at a time', async () => {
    const { kernels, model, sent } = setUp();
    model.active = true;
    kernels.executed.emit();
    kernels.executed.emit();
    await until(() => model.report !== null && !model.looking);
    expect(sent('POST', '/report')).toHaveLength(2);
  });

  it.each<[string, ISubject | null]>([
    ['no-notebook', null],
    ['no-kernel', { ...idle('k1'), kernel: null, state: 'none' }],
    ['kernel-starting', { ...idle('k1'), state: 'starting' }],
    ['kernel-dead', { ...idle('k1'), state: 'dead' }],
    ['not-python', { ...idle('k1'), language: 'r' }]
  ])('should ask nothing where it would be in vain: %s', (reason, subject) => {
    const { kernels, model, sent } = setUp();
    kernels.subject = subject;
    model.active = true;
    expect(model.problem?.reason).toBe(reason);
    expect(sent('POST', '/report')).toEqual([]);
  });

  it('should look when the kernel has started', async () => {
    const { kernels, model } = setUp();
    kernels.subject = { ...idle('k1'), state: 'starting' };
    model.active = true;
    kernels.become(idle('k1'));
    expect(model.problem).toBeNull();
    await until(() => model.report !== null);
  });

  it('should look anew after a restart during which the old kernel was still heard', async () => {
    const old = new PromiseDelegate<Response>();
    const answers = [json(REPORT), old.promise, json({ ...REPORT, id: 'new' })];
    const { kernels, model } = setUp(
      request =>
        (request.path.endsWith('/report') && answers.shift()) || usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    kernels.become({ ...idle('k1'), state: 'starting' });
    // A cell, or a look, of before the restart ends.
    kernels.become(idle('k1'));
    kernels.become({ ...idle('k1'), state: 'connecting' });
    kernels.become({ ...idle('k1'), state: 'busy' });
    await until(() => model.report?.id === 'new');
    old.resolve(json({ ...REPORT, id: 'old' }));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(model.report?.id).toBe('new');
    expect(answers).toEqual([]);
  });

  it('should follow a plan by the bell until it is resolved', async () => {
    let plan = golden('plan-resolving');
    const { model, ring, sent } = setUp(request =>
      request.path.endsWith('/plans/p1') ? json(plan) : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    await model.makePlan('missing-import:sklearn', 'install');
    expect(model.planning).toBe(true);
    expect(sent('POST', '/plans')[0].body).toEqual({
      report: REPORT.id,
      outcome: 'missing-import:sklearn',
      action: 'install'
    });
    plan = golden('plan-ready');
    ring('plan', 'p1');
    await until(() => !model.planning);
    expect(model.plan?.state).toBe('ready');
    const background = sent('GET', '/plans/p1').at(-1);
    expect(background?.query.get('no_track_activity')).toBe('1');
  });

  it('should forget a plan when another kernel comes to the front', async () => {
    const { kernels, model } = setUp();
    model.active = true;
    await until(() => model.report !== null);
    await model.makePlan('missing-import:sklearn', 'install');
    expect(model.plan).not.toBeNull();
    kernels.become(idle('k2'));
    expect(model.plan).toBeNull();
  });

  it('should follow a job, add its lines, and look again at its end', async () => {
    let job: Job = RUNNING;
    const { model, ring, sent } = setUp(request =>
      request.path.endsWith('/jobs/p1') ? json(job) : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    await model.makePlan('missing-import:sklearn', 'install');
    await model.install('p1');
    expect(model.plan).toBeNull();
    expect(sent('POST', '/jobs')[0].body).toEqual({ plan: 'p1' });
    expect(model.job?.lines).toHaveLength(RUNNING.lines.length);
    // The server sends line 3; that it sends line 2 once more does no harm.
    job = { ...SUCCEEDED, lines: SUCCEEDED.lines.slice(1) };
    ring('job', 'p1');
    await until(() => model.job?.state === 'succeeded');
    expect(model.job?.lines).toEqual(SUCCEEDED.lines);
    await until(() => sent('POST', '/report').length === 2);
    expect(sent('POST', '/report')[1].body).toMatchObject({ refresh: true });
  });

  it('should keep the plan where the job was refused', async () => {
    const problem = { message: 'No.', reason: 'not-allowed', hint: 'Ask.' };
    const { model } = setUp(request =>
      request.method === 'POST' && request.path.endsWith('/jobs')
        ? json(problem, 403)
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    await model.makePlan('missing-import:sklearn', 'install');
    await model.install('p1');
    expect(model.plan).not.toBeNull();
    expect(model.planProblem).toMatchObject(problem);
  });

  it('should find a running job again after a reload', async () => {
    const { model } = setUp(request =>
      request.path.endsWith('/jobs') ? json([RUNNING]) : usual(request)
    );
    model.active = true;
    await until(() => model.job !== null);
    expect(model.job?.id).toBe(RUNNING.id);
    expect(model.witnessed).toBe(true);
    expect(model.earlier).toEqual([]);
    model.dispose();
  });

  it('should not trouble who may not install with the history', async () => {
    const { model } = setUp(request =>
      request.path.endsWith('/jobs') ? json(null, 403) : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    expect(model.jobProblem).toBeNull();
  });

  it('should show all recommendations of another document or kernel', async () => {
    const { kernels, model } = setUp();
    model.active = true;
    model.filter = 'warning';
    kernels.become({ ...idle('k1'), state: 'busy' });
    expect(model.filter).toBe('warning');
    kernels.become({ ...idle('k1'), document: 'd2' });
    expect(model.filter).toBeNull();
  });

  it('should keep the reports of two documents on one kernel apart', async () => {
    const { kernels, model, sent } = setUp();
    model.active = true;
    await until(() => model.report !== null);
    kernels.become({ ...idle('k1'), document: 'd2' });
    expect(model.report).toBeNull();
    await until(() => model.report !== null);
    expect(sent('POST', '/report')).toHaveLength(2);
  });

  it('should say only of looks that the user asked for that they were', async () => {
    const { kernels, model } = setUp();
    model.active = true;
    await until(() => model.report !== null);
    expect(model.asked).toBe(false);
    await model.look(true, true);
    expect(model.asked).toBe(true);
    kernels.executed.emit();
    expect(model.looking).toBe(true);
    expect(model.asked).toBe(false);
  });

  describe('hidden tab', () => {
    let hidden: jest.SpyInstance;
    beforeEach(() => {
      hidden = jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    });
    afterEach(() => hidden.mockRestore());

    it('should answer a ring when the tab is seen again', async () => {
      const { model, requests, ring, sent } = setUp();
      model.active = true;
      await until(
        () => model.report !== null && sent('GET', '/jobs').length > 0
      );
      const before = requests.length;
      ring('job', 'other');
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(requests).toHaveLength(before);
      hidden.mockReturnValue(false);
      document.dispatchEvent(new Event('visibilitychange'));
      await until(() => sent('GET', '/jobs').length === 2);
      model.dispose();
    });
  });

  it('should take the cells of the notebook in front to a report for an issue', async () => {
    let known = false;
    const { kernels, model, sent } = setUp(request => {
      if (request.method === 'POST') {
        known = true;
      } else if (!known) {
        // Another notebook comes to the front before this answer does.
        kernels.cells = () => [{ id: 'c9', source: 'import other' }];
        return json({ message: 'm', reason: 'unknown-report', hint: 'h' }, 404);
      }
      return request.path.endsWith('.md')
        ? new Response('# Report')
        : usual(request);
    });
    await expect(model.reportForIssue()).resolves.toBe('# Report');
    expect(sent('POST', '/report')[0].body).toMatchObject({
      kernel: 'k1',
      cells: [{ id: 'c1', source: 'import sklearn' }]
    });
  });
});
