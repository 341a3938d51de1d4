import { PromiseDelegate } from '@lumino/coreutils';
import type { Job, Plan, Report } from '../wire';
import type { Answer, IRequest } from './answers';
import { json } from './answers';
import { golden } from './golden';
import {
  READY,
  REPORT,
  RUNNING,
  setUp,
  SUCCEEDED,
  until,
  usual
} from './world';

describe('EnvcheckModel, plans', () => {
  async function planned(answer: Answer = usual) {
    const world = setUp(answer);
    world.model.active = true;
    await until(() => world.model.report !== null);
    await world.model.makePlan('missing-import:sklearn', 'install');
    return world;
  }

  it.each<[string, Plan]>([
    ['not ready', golden('plan-resolving')],
    ['refused', golden('plan-refused')],
    [
      'without changes',
      { ...READY, changes: golden<Plan>('plan-refused').changes }
    ]
  ])('should not install a plan that is %s', async (_, plan) => {
    const { model, sent } = await planned(request =>
      request.path.endsWith('/plans/p1') ? json(plan) : usual(request)
    );
    expect(model.installable).toBe(false);
    await model.install(plan.id);
    expect(sent('POST', '/jobs')).toEqual([]);
    model.dispose();
  });

  it('should not install a plan that is not named, or not seen', async () => {
    const { model, sent } = await planned();
    expect(model.installable).toBe(true);
    await model.install('');
    await model.install('p2');
    model.active = false;
    expect(model.installable).toBe(false);
    await model.install('p1');
    expect(sent('POST', '/jobs')).toEqual([]);
  });

  it('should plan nothing while nobody looks', async () => {
    const { model, sent } = setUp();
    model.active = true;
    await until(() => model.report !== null);
    model.active = false;
    await model.makePlan('missing-import:sklearn', 'install');
    expect(sent('POST', '/plans')).toEqual([]);
  });

  it('should start one job, and let nobody think again meanwhile', async () => {
    const late = new PromiseDelegate<Response>();
    const { model, sent } = await planned(request =>
      request.method === 'POST' && request.path.endsWith('/jobs')
        ? late.promise
        : usual(request)
    );
    const states: boolean[] = [];
    model.stateChanged.connect(() => states.push(model.starting));
    const installed = model.install('p1');
    expect(states).toEqual([true]);
    expect(model.installable).toBe(false);
    await model.install('p1');
    await model.dropPlan();
    expect(model.plan?.id).toBe('p1');
    late.resolve(usual({ method: 'POST', path: '/jobs' } as IRequest));
    late.promise.catch(() => undefined);
    await installed;
    expect(sent('POST', '/jobs')).toHaveLength(1);
    expect(sent('DELETE', '/plans/p1')).toEqual([]);
    expect(model.starting).toBe(false);
    model.dispose();
  });

  it('should show a job of the history where it cannot be read alone', async () => {
    let begun = false;
    const { model } = await planned(request => {
      if (request.method === 'POST' && request.path.endsWith('/jobs')) {
        begun = true;
      }
      return request.path.endsWith('/jobs/p1')
        ? json(null, 500)
        : request.method === 'GET' && request.path.endsWith('/jobs')
          ? json(begun ? [{ ...SUCCEEDED, lines: [] }] : [])
          : usual(request);
    });
    await model.install('p1');
    expect(model.plan).toBeNull();
    expect(model.job?.id).toBe('p1');
    expect(model.witnessed).toBe(true);
  });

  it('should put a plan aside that was cancelled before it had a name', async () => {
    const late = new PromiseDelegate<Response>();
    const { model, sent } = setUp(request =>
      request.method === 'POST' && request.path.endsWith('/plans')
        ? late.promise
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    const planning = model.makePlan('missing-import:sklearn', 'install');
    expect(model.planning).toBe(true);
    await model.dropPlan();
    expect(model.planning).toBe(false);
    late.resolve(json(null, 202, { Location: '/base/envcheck/api/plans/p7' }));
    await planning;
    expect(sent('DELETE', '/plans/p7')).toHaveLength(1);
    expect(model.plan).toBeNull();
  });

  it('should forget a plan for another environment than the newest look found', async () => {
    const moved = JSON.parse(
      JSON.stringify(REPORT).replaceAll('/home/ada/climate', '/home/ada/other')
    ) as Report;
    let report = REPORT;
    const { model } = await planned(request =>
      request.path.endsWith('/report') ? json(report) : usual(request)
    );
    await model.look();
    expect(model.plan).not.toBeNull();
    report = moved;
    await model.look();
    expect(model.plan).toBeNull();
  });

  it('should say that the kernel moved, as the server does', async () => {
    const problem = { message: 'It moved.', reason: 'changed', hint: 'Again.' };
    const { model } = await planned(request =>
      request.method === 'POST' && request.path.endsWith('/plans')
        ? json(problem, 409)
        : usual(request)
    );
    expect(model.plan).toBeNull();
    expect(model.planProblem).toMatchObject(problem);
  });

  it('should follow the job though the plan cannot be asked about', async () => {
    let plan: Response | Plan = golden<Plan>('plan-resolving');
    let job: Job = RUNNING;
    const { model, ring } = await planned(request =>
      request.path.endsWith('/plans/p1')
        ? plan instanceof Response
          ? plan.clone()
          : json(plan)
        : request.path.endsWith('/jobs/p1')
          ? json(job)
          : request.path.endsWith('/jobs')
            ? json([job])
            : usual(request)
    );
    await until(() => model.job?.state === 'running');
    plan = json(null, 500);
    job = SUCCEEDED;
    ring('plan', 'p1');
    await until(() => model.job?.state === 'succeeded');
    expect(model.planProblem).not.toBeNull();
    plan = READY;
    ring('plan', 'p1');
    await until(() => model.plan?.state === 'ready');
    expect(model.planProblem).toBeNull();
    model.dispose();
  });

  it('should ignore what befell a plan that was replaced', async () => {
    const late = new PromiseDelegate<Response>();
    let asked = 0;
    const { model, ring } = await planned(request =>
      request.path.endsWith('/plans/p1')
        ? ++asked === 2
          ? late.promise
          : json(golden('plan-resolving'))
        : usual(request)
    );
    ring('plan', 'p1');
    await until(() => asked === 2);
    await model.dropPlan();
    late.resolve(json(null, 404));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(model.planProblem).toBeNull();
    model.dispose();
  });
});
