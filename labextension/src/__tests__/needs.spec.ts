import type { NotebookPanel } from '@jupyterlab/notebook';
import { hintOf } from '../needs/kinds';
import type { Line } from '../needs/line';
import { needOf } from '../needs/need';
import { Needs } from '../needs/needs';
import type { Job, Outcome, Report } from '../wire';
import type { Answer } from './answers';
import { json, played } from './answers';
import { golden } from './golden';
import { MANAGED, NEEDS } from './needed';
import { Cell, play } from './notebook';
import { idle, setUp, SUCCEEDED, until, usual } from './world';

const CRASH = golden<Outcome>('crash');
const MISSING = {
  name: 'ModuleNotFoundError',
  value: `No module named 'sklearn'`
};

describe('needOf', () => {
  it('should take the finding about the name and no other', () => {
    const need = needOf({ kind: 'missing', name: 'sklearn' }, NEEDS, 'c1');
    expect(need?.outcome.id).toBe('missing-import:sklearn');
    expect(needOf({ kind: 'missing', name: 'nope' }, NEEDS, 'c1')).toBeNull();
  });

  it('should take what the cell itself asked for, and not another cell', () => {
    const need = needOf({ kind: 'install' }, NEEDS, 'shell');
    expect(need?.outcome.id).toBe('shell-install-elsewhere:pip');
    expect(need?.specs).toEqual(['six']);
    expect(needOf({ kind: 'install' }, NEEDS, 'other')).toBeNull();
  });

  it('should find nothing where all is well', () => {
    const healthy = golden<Report>('report-healthy');
    for (const kind of ['numpy', 'driver', 'install', 'died'] as const) {
      expect(needOf({ kind }, healthy, 'c1')).toBeNull();
    }
  });
});

/**
 * What finds out what cells need, with a server to play with.
 */
function follow(answer: Answer, ...cells: Cell[]) {
  const world = setUp(request =>
    request.path.endsWith('/report') && request.method === 'POST'
      ? answer(request)
      : usual(request)
  );
  world.kernels.cells = () => [];
  const notebook = play(...cells);
  const { requests, settings } = played(answer);
  const lines: Line[] = [];
  const opened: NotebookPanel[] = [];
  const needs = new Needs({
    executions: notebook.executions,
    model: world.model,
    open: panel => {
      opened.push(panel);
      world.model.active = true;
    },
    settings,
    show: line => void lines.push(line)
  });
  notebook.executions.ended.connect((_, seen) => {
    const hint = hintOf(seen);
    if (hint) {
      needs.look(seen, hint);
    }
  });
  return { ...notebook, lines, needs, opened, requests, world };
}

const always: Answer = () => json(NEEDS);

describe('Needs', () => {
  it('should ask once for cells that fail together', async () => {
    const [a, b] = [new Cell('a', 'import pandas'), new Cell('b')];
    const { fail, lines, requests } = follow(always, a, b);
    fail(a, MISSING.name, MISSING.value);
    fail(b, MISSING.name, `No module named 'requests'`);
    await until(() => lines.length === 2);
    expect(requests.length).toBeLessThanOrEqual(2);
    expect(requests[0].body).toEqual({
      cells: [
        { id: 'a', source: 'import pandas' },
        { id: 'b', source: 'import sklearn' }
      ],
      kernel: 'k1',
      // What fails may be an import of a package's own.
      missing: ['sklearn'],
      refresh: false
    });
    expect(lines.map(({ state }) => state.phase)).toEqual(['found', 'found']);
  });

  it('should ask nothing about a cell that fails otherwise', async () => {
    const cell = new Cell('a');
    const { fail, finish, requests } = follow(always, cell);
    fail(cell, 'ValueError', 'no');
    finish(cell);
    await Promise.resolve();
    expect(requests).toEqual([]);
  });

  it.each<[string, (world: ReturnType<typeof follow>, cell: Cell) => void]>([
    ['run again', ({ schedule }, cell) => schedule(cell)],
    ['edited', (_, cell) => cell.edit('x')],
    [
      'deleted',
      ({ list, panel }) => {
        panel.content.widgets.splice(0);
        list.changed.emit();
      }
    ],
    [
      'of another kernel',
      ({ panel }) =>
        panel.sessionContext.kernelChanged.emit({ newValue: { id: 'k2' } })
    ],
    ['closed', ({ panel }) => panel.disposed.emit()]
  ])('should take the line away when the cell is %s', async (_, happen) => {
    const cell = new Cell('a');
    const world = follow(always, cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const [line] = world.lines;
    happen(world, cell);
    await Promise.resolve();
    expect(line.isDisposed).toBe(true);
    expect(world.needs.find(line.id)).toBeNull();
  });

  it('should draw no line where the cell ran again or changed meanwhile', async () => {
    let answer: (response: Response) => void = () => {};
    const answered = new Promise<Response>(resolve => (answer = resolve));
    const [a, b] = [new Cell('a'), new Cell('b')];
    const world = follow(() => answered, a, b);
    world.fail(a, MISSING.name, MISSING.value);
    world.fail(b, MISSING.name, MISSING.value);
    world.schedule(a);
    b.source = 'import numpy';
    answer(json(NEEDS));
    await until(() => world.requests.length === 2);
    await new Promise(resolve => setTimeout(resolve));
    expect(world.lines).toEqual([]);
  });

  it('should keep the line of a cell that is moved', async () => {
    const cell = new Cell('a');
    const world = follow(always, cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const drawnAnew = new Cell('a');
    world.panel.content.widgets.splice(0, 1, drawnAnew);
    world.list.changed.emit();
    await Promise.resolve();
    expect(world.lines).toHaveLength(2);
    expect(world.lines[1]).toBe(world.lines[0]);
    expect(world.lines[0].cell).toBe(drawnAnew);
    cell.edit('x = 1');
    expect(world.lines[0].isDisposed).toBe(false);
    drawnAnew.edit('x = 1');
    expect(world.lines[0].isDisposed).toBe(true);
  });

  it('should show the plan and notice that the need is no more', async () => {
    const cell = new Cell('a');
    const world = follow(always, cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const [line] = world.lines;
    await world.needs.mend(line);
    expect(world.opened).toEqual([world.panel]);
    expect(world.world.model.originOf('p1')).toBe(line.id);
    expect(world.world.sent('POST', '/plans')[0].body).toEqual({
      action: 'install',
      outcome: 'missing-import:sklearn',
      report: NEEDS.id
    });
    expect(world.world.sent('POST', '/jobs')).toEqual([]);
    const { model } = world.world;
    const known = jest.spyOn(model, 'known', 'get');
    const say = (at: string, found: boolean): string => {
      const report = { ...(JSON.parse(JSON.stringify(NEEDS)) as Report), at };
      report.facts.notebook.value?.imports.forEach(one => (one.found = found));
      known.mockReturnValue(report);
      model.stateChanged.emit();
      return line.state.phase;
    };
    // What was known before the cell failed tells nothing.
    expect(say('2026-11-21T08:00:00+00:00', true)).toBe('found');
    expect(say('2026-11-21T10:00:00+00:00', true)).toBe('mended');
    expect(say('2026-11-21T11:00:00+00:00', false)).toBe('found');
    model.dispose();
  });

  it('should draw no line where another kernel runs meanwhile, and ask for each', async () => {
    let answer: (response: Response) => void = () => {};
    const answered = new Promise<Response>(resolve => (answer = resolve));
    const [a, b] = [new Cell('a'), new Cell('b')];
    const world = follow(
      ({ body }) =>
        (body as { kernel: string }).kernel === 'k1' ? answered : json(NEEDS),
      a,
      b
    );
    world.fail(a, MISSING.name, MISSING.value);
    world.session.kernel = { id: 'k2' };
    world.fail(b, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    answer(json(NEEDS));
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(world.lines.map(({ cellId }) => cellId)).toEqual(['b']);
    const asked = world.requests.map(
      ({ body }) => (body as { kernel: string }).kernel
    );
    expect(asked.sort()).toEqual(['k1', 'k2']);
  });

  it('should use the look of the panel, and make none of its own', async () => {
    const cell = new Cell('a', 'import pandas');
    const world = follow(always, cell);
    const { kernels, model } = world.world;
    model.active = true;
    await until(() => model.report !== null);
    world.fail(cell, MISSING.name, MISSING.value);
    kernels.executed.emit();
    await until(() => world.lines.length === 1);
    expect(world.requests).toEqual([]);
    expect(
      world.world
        .sent('POST', '/report')
        .map(({ body }) => (body as { missing?: string[] }).missing)
    ).toEqual([undefined, ['sklearn']]);
    // Where the panel is closed before it looks, that is asked for here.
    world.fail(cell, MISSING.name, MISSING.value);
    model.active = false;
    await until(() => world.lines.length === 2);
    expect(world.requests).toHaveLength(1);
    model.dispose();
  });

  it('should plan once, and say so meanwhile', async () => {
    const cell = new Cell('a');
    const world = follow(always, cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const [line] = world.lines;
    const done = Promise.all([world.needs.mend(line), world.needs.mend(line)]);
    expect(line.state.phase).toBe('planning');
    await done;
    expect(line.state.phase).toBe('found');
    expect(world.world.sent('POST', '/plans')).toHaveLength(1);
    world.world.model.dispose();
  });

  it('should plan nothing for who turned to something else meanwhile', async () => {
    let answer: (response: Response) => void = () => {};
    const answered = new Promise<Response>(resolve => (answer = resolve));
    let asked = 0;
    const cell = new Cell('a');
    const world = follow(() => (asked++ === 0 ? json(NEEDS) : answered), cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const mended = world.needs.mend(world.lines[0]);
    const { kernels, model } = world.world;
    kernels.become({ ...idle('k9'), document: 'd9' });
    await mended;
    expect(world.lines[0].state.phase).toBe('found');
    expect(world.world.sent('POST', '/plans')).toEqual([]);
    answer(json(NEEDS));
    model.dispose();
  });

  it('should ask about an environment where nothing may be installed', async () => {
    const cell = new Cell('a');
    const world = follow(() => json(MANAGED), cell);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    const [line] = world.lines;
    await world.needs.mend(line);
    const { model } = world.world;
    expect(model.draft).toEqual({
      name: 'proj',
      origin: line.id,
      packages: 'scikit-learn',
      python: ''
    });
    expect(world.world.sent('POST', '/plans')).toEqual([]);
    await model.makeEnvironment({ name: 'x', packages: 'six', python: '' });
    expect(model.originOf('p1')).toBe(line.id);
    model.dispose();
  });

  describe('after a job', () => {
    const mended = async () => {
      const cell = new Cell('a');
      const world = follow(always, cell);
      world.fail(cell, MISSING.name, MISSING.value);
      await until(() => world.lines.length === 1);
      await world.needs.mend(world.lines[0]);
      const { model } = world.world;
      const shown = jest.spyOn(model, 'job', 'get');
      const earlier = jest.spyOn(model, 'earlier', 'get');
      const say = (...jobs: Job[]) => {
        shown.mockReturnValue(jobs[0]);
        earlier.mockReturnValue(jobs.slice(1));
        model.stateChanged.emit();
        return world.lines[0].state;
      };
      return { ...world, model, say };
    };

    it('should say so, and take it back where the job is', async () => {
      const { model, say } = await mended();
      expect(say(SUCCEEDED)).toMatchObject({
        kernel: null,
        phase: 'mended',
        stale: ['threadpoolctl']
      });
      const undo = golden<Job>('job-undo');
      const wish = { ...undo.plan.wish, job: SUCCEEDED.id };
      const undone = { ...undo, plan: { ...undo.plan, wish } };
      expect(say(undone, SUCCEEDED).phase).toBe('found');
      model.dispose();
    });

    it('should not say so of one that did not do what was planned', async () => {
      const { model, say } = await mended();
      const { verdict } = SUCCEEDED;
      const half = verdict && { ...verdict, planned: false };
      expect(say({ ...SUCCEEDED, verdict: half }).phase).toBe('found');
      expect(say({ ...SUCCEEDED, verdict: null }).phase).toBe('found');
      model.dispose();
    });

    it('should not say so of a job for something else', async () => {
      const { model, say } = await mended();
      const plan = { ...SUCCEEDED.plan, id: 'p9' };
      expect(say({ ...SUCCEEDED, plan }).phase).toBe('found');
      model.dispose();
    });

    it('should offer the kernel that it added', async () => {
      const { model, say } = await mended();
      const { kernelspec } = golden<Job>('job-created').plan;
      const plan = { ...SUCCEEDED.plan, kernelspec };
      const state = say({ ...SUCCEEDED, plan });
      expect(state).toMatchObject({ kernel: { name: 'proj' }, stale: [] });
      model.dispose();
    });

    it('should see that its own kernel was restarted, whichever is in front', async () => {
      const { model, panel, say, world } = await mended();
      const other = { ...idle('k9'), document: 'd9' };
      world.kernels.become(other);
      world.kernels.become({ ...other, state: 'starting' });
      expect(say(SUCCEEDED)).toMatchObject({ stale: ['threadpoolctl'] });
      panel.sessionContext.statusChanged.emit('restarting');
      expect(say(SUCCEEDED)).toMatchObject({ phase: 'mended', stale: [] });
      model.dispose();
    });
  });

  it('should plan what the look of the panel does not name', async () => {
    const cell = new Cell('a', 'import pandas');
    const world = follow(always, cell);
    const { model } = world.world;
    const unnamed = { ...NEEDS, outcomes: [] };
    jest.spyOn(model, 'report', 'get').mockReturnValue(unnamed);
    world.fail(cell, MISSING.name, MISSING.value);
    await until(() => world.lines.length === 1);
    await world.needs.mend(world.lines[0]);
    expect(world.world.sent('POST', '/plans')[0].body).toEqual({
      kernel: 'k1',
      wish: { kind: 'install', specs: ['scikit-learn'] }
    });
    model.dispose();
  });

  it('should explain a death, and say nothing where nobody can', async () => {
    const [a, b] = [new Cell('a'), new Cell('b')];
    const answers = [
      json({ ...CRASH, id: 'kernel-died:a' }),
      json({ message: 'gone', reason: 'unknown-kernel', hint: 'x' }, 404)
    ];
    const world = follow(() => answers.shift() ?? json(null), a, b);
    world.schedule(a);
    world.panel.sessionContext.statusChanged.emit('autorestarting');
    expect(world.lines[0].state.phase).toBe('asking');
    await until(() => world.lines[0].state.phase === 'found');
    expect(world.requests[0].path).toMatch(/crash$/);
    expect(world.requests[0].body).toEqual({
      before: [],
      cell: { id: 'a', source: 'import sklearn' },
      kernel: 'k1'
    });
    world.schedule(b);
    world.panel.sessionContext.statusChanged.emit('dead');
    await until(() => world.lines[1].isDisposed);
  });
});
