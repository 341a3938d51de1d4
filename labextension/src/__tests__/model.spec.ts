import type { Event } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal, Stream } from '@lumino/signaling';
import { Bell } from '../bell';
import type { IFrontKernel, ISubject } from '../kernel';
import { EnvcheckModel } from '../model';
import type { Job, Report } from '../wire';
import type { Answer, IRequest } from './answers';
import { json, played } from './answers';
import { golden } from './golden';

const REPORT = golden<Report>('report-problems');
const RUNNING = golden<Job>('job-running');
const SUCCEEDED = golden<Job>('job-succeeded');

class FrontKernel implements IFrontKernel {
  readonly changed = new Signal<this, void>(this);
  readonly executed = new Signal<this, void>(this);
  subject: ISubject | null = idle('k1');

  cells(): { id: string; source: string }[] {
    return [{ id: 'c1', source: 'import sklearn' }];
  }

  become(subject: ISubject | null): void {
    this.subject = subject;
    this.changed.emit();
  }
}

function idle(kernel: string): ISubject {
  return { kernel, state: 'idle', language: 'python' };
}

/**
 * A model with a kernel, a bell and a server to play with.
 */
function setUp(answer: Answer = usual) {
  const kernels = new FrontKernel();
  const stream = new Stream<Event.IManager, Event.Emission>(
    {} as Event.IManager
  );
  const { requests, settings } = played(answer);
  const bell = new Bell(stream);
  const model = new EnvcheckModel({ bell, kernels, settings });
  const ring = (kind: string, id: string): void =>
    stream.emit({
      schema_id: 'https://events.jupyterlab-envcheck.org/bell/v1',
      kind,
      id,
      seq: 1
    });
  const sent = (method: string, end: string): IRequest[] =>
    requests.filter(
      request => request.method === method && request.path.endsWith(end)
    );
  return { kernels, model, requests, ring, sent };
}

function usual({ method, path }: IRequest): Response {
  const began = (what: string): Record<string, string> => ({
    Location: `/base/envcheck/api/${what}/p1`
  });
  switch (`${method} ${path.replace('/base/envcheck/api/', '')}`) {
    case 'POST report':
      return json(REPORT);
    case 'POST plans':
      return json(null, 202, began('plans'));
    case 'GET plans/p1':
      return json(golden('plan-ready'));
    case 'POST jobs':
      return json(null, 202, began('jobs'));
    case 'GET jobs':
      return json([]);
    case 'GET jobs/p1':
      return json(RUNNING);
    default:
      return json(null);
  }
}

/**
 * Wait until something holds that the model comes to by itself.
 */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 400) {
      throw new Error('it did not come to pass');
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

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
    ['no-kernel', { kernel: null, state: 'none', language: null }],
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
    await model.install();
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
    await model.install();
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

  it('should fetch a report that somebody else asked for', async () => {
    const { model, ring } = setUp(request =>
      request.method === 'GET' && request.path.endsWith('/report')
        ? json({ ...REPORT, id: 'theirs' })
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    ring('report', 'theirs');
    await until(() => model.report?.id === 'theirs');
  });
});
