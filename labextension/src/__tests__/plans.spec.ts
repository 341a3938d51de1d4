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

  it('should plan an alternative only of the plan that is shown', async () => {
    const { model, sent } = await planned(request =>
      request.path.endsWith('/plans/p1')
        ? json(golden('plan-only-source'))
        : usual(request)
    );
    await model.makeAlternative('p2', 'install');
    await model.makeAlternative('p1', 'elsewhere');
    expect(sent('POST', '/plans')).toHaveLength(1);
    await model.makeAlternative('p1', 'install');
    expect(sent('POST', '/plans').at(-1)?.body).toEqual({
      kernel: 'k1',
      wish: { kind: 'install', specs: ['pystan==2.19'], build: ['pystan'] }
    });
    model.dispose();
  });

  it('should know of an alternative what asked for the first plan', async () => {
    let made = 0;
    const { model } = await planned(request => {
      if (request.method === 'POST' && request.path.endsWith('/plans')) {
        const Location = `/base/envcheck/api/plans/p${++made}`;
        return json(null, 202, { Location });
      }
      return /plans\/p\d$/.test(request.path)
        ? json({
            ...golden<Plan>('plan-only-source'),
            id: request.path.slice(-2)
          })
        : usual(request);
    });
    expect(model.originOf('p1')).toBeNull();
    await model.makeWish({ kind: 'install', specs: ['pystan'] }, 'a line');
    await model.makeAlternative('p2', 'install');
    expect([model.originOf('p2'), model.originOf('p3')]).toEqual([
      'a line',
      'a line'
    ]);
    await model.makeWish({ kind: 'install', specs: ['six'] });
    expect(model.originOf('p4')).toBeNull();
    model.dispose();
  });

  it('should plan an environment with what has to be built for it', async () => {
    const refused = golden<Plan>('plan-only-source');
    const create = {
      id: 'build-environment',
      kind: 'create-environment',
      title: 'Build pystan from its source…',
      commands: [],
      name: 'bayes',
      specs: ['pystan'],
      python: '3.13',
      folder: null,
      build: ['pystan']
    } as const;
    const alternatives = [
      { ...create, id: 'create-environment', build: [] },
      create
    ].map(action => ({ ...action, commands: [], specs: [...action.specs] }));
    const plan = {
      ...refused,
      refusal: { reason: 'only-source', text: 'No.', alternatives }
    };
    const { model, sent } = await planned(request =>
      request.path.endsWith('/plans/p1') ? json(plan) : usual(request)
    );
    // Without that consent it is asked about first.
    await model.makeAlternative('p1', 'create-environment');
    expect(sent('POST', '/plans')).toHaveLength(1);
    await model.makeAlternative('p1', 'build-environment');
    expect(sent('POST', '/plans').at(-1)?.body).toEqual({
      kernel: 'k1',
      wish: {
        kind: 'create',
        name: 'bayes',
        specs: ['pystan'],
        python: '3.13',
        build: ['pystan']
      }
    });
    model.dispose();
  });

  it('should ask about an environment, and plan it', async () => {
    const create = golden<Plan>('plan-create');
    let plan = READY;
    const { model, sent } = await planned(request =>
      request.path.endsWith('/plans/p1') ? json(plan) : usual(request)
    );
    plan = create;
    const draft = { name: 'proj', packages: '', python: '' };
    await model.draftEnvironment(draft);
    expect(sent('DELETE', '/plans/p1')).toHaveLength(1);
    expect(model.plan).toBeNull();
    expect(model.draft).toEqual(draft);
    await model.makeEnvironment({
      name: 'ice',
      packages: ' numpy  xarray ',
      python: ''
    });
    expect(sent('POST', '/plans').at(-1)?.body).toEqual({
      kernel: 'k1',
      wish: {
        kind: 'create',
        name: 'ice',
        specs: ['numpy', 'xarray'],
        python: null
      }
    });
    await model.makeEnvironment({
      name: 'ice',
      packages: '',
      python: '',
      channels: 'conda-forge bioconda'
    });
    expect(sent('POST', '/plans').at(-1)?.body).toMatchObject({
      wish: { specs: [], channels: ['conda-forge', 'bioconda'] }
    });
    expect(model.draft).toBeNull();
    // It is about another environment than the report, and stays.
    await model.look();
    expect(model.plan).toEqual(create);
    expect(model.installable).toBe(true);
    await model.dropPlan();
    expect(model.draft).toBeNull();
    model.dispose();
  });

  it('should keep what was typed where no plan comes of it', async () => {
    const problem = { message: 'No.', reason: 'bad-spec', hint: 'Try x.' };
    const { model } = setUp(request =>
      request.method === 'POST' && request.path.endsWith('/plans')
        ? json(problem, 422)
        : usual(request)
    );
    model.active = true;
    await until(() => model.report !== null);
    const draft = { name: 'ice', packages: '???', python: '3.13' };
    const planning = model.makeEnvironment(draft);
    expect(model.draft).toBeNull();
    await planning;
    expect(model.draft).toEqual(draft);
    expect(model.planProblem).toMatchObject(problem);
    await model.makePlan('missing-import:sklearn', 'install');
    expect(model.draft).toBeNull();
  });

  it('should ask for a way back with the job alone', async () => {
    const { model, sent } = await planned();
    await model.goBack('p0');
    expect(sent('POST', '/plans').at(-1)?.body).toEqual({
      wish: { kind: 'back', job: 'p0' }
    });
    model.dispose();
  });
});
