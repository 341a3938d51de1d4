import { PromiseDelegate } from '@lumino/coreutils';
import type { Report } from '../wire';
import { json } from './answers';
import { idle, REPORT, RUNNING, setUp, usual } from './world';

const LOOKED: Report = { ...REPORT, fingerprint: 'as-it-was' };

type Awaitable = Response | Promise<Response>;

/**
 * A model whose report was made of `as-it-was`, and a server that says what is the case `now`.
 */
function world(report: Report = LOOKED) {
  const server = {
    now: (): Awaitable => json({ fingerprint: 'as-it-was' }),
    report: (): Awaitable => json(report),
    jobs: [] as object[]
  };
  const all = setUp(request =>
    request.path.endsWith('/fingerprint')
      ? server.now()
      : request.path.endsWith('/report')
        ? server.report()
        : request.path.endsWith('/jobs') && request.method === 'GET'
          ? json(server.jobs)
          : usual(request)
  );
  const asked = (): number => all.sent('GET', '/fingerprint').length;
  return { ...all, asked, server };
}

async function seconds(count: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(count * 1000);
}

/**
 * Wait for answers, which take their time, without letting any pass.
 */
async function answers(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

describe('EnvcheckModel, what is installed', () => {
  let hidden: jest.SpyInstance;
  const see = (visible: boolean): void => {
    hidden.mockReturnValue(visible ? 'visible' : 'hidden');
    document.dispatchEvent(new Event('visibilitychange'));
  };

  beforeEach(() => {
    jest.useFakeTimers();
    hidden = jest.spyOn(document, 'visibilityState', 'get');
    see(true);
  });

  afterEach(() => {
    see(true);
    hidden.mockRestore();
    jest.useRealTimers();
  });

  it('should be asked about after five seconds, and ever less often, as nobody’s activity', async () => {
    const { asked, model, sent } = world();
    model.active = true;
    await seconds(4.9);
    expect(asked()).toBe(0);
    // After 5, 10, 20 and 40 seconds; and every half minute from then on.
    await seconds(40.1);
    expect(asked()).toBe(4);
    await seconds(300);
    expect(asked()).toBe(14);
    const [{ query }] = sent('GET', '/fingerprint');
    expect(query.get('kernel')).toBe('k1');
    expect(query.get('no_track_activity')).toBe('1');
    expect(model.changed).toBe(false);
    expect(sent('POST', '/report')).toHaveLength(1);
    model.dispose();
  });

  it('should be asked about no more often, however often the panel is opened', async () => {
    const { asked, model } = world();
    for (let times = 0; times < 10; times++) {
      model.active = true;
      await seconds(2);
      model.active = false;
    }
    expect(asked()).toBe(0);
    model.active = true;
    await seconds(5);
    expect(asked()).toBe(1);
    model.dispose();
  });

  it('should be known to have changed until the next report', async () => {
    const { asked, model, sent, server } = world();
    const changes = jest.fn();
    model.active = true;
    await answers();
    model.stateChanged.connect(changes);
    server.now = () => json({ fingerprint: 'otherwise' });
    await seconds(5);
    expect(model.changed).toBe(true);
    expect(changes).toHaveBeenCalledTimes(1);
    // What is known need not be asked; and the kernel is not, before the user wants it.
    await seconds(60);
    expect(asked()).toBe(1);
    expect(sent('POST', '/report')).toHaveLength(1);
    server.report = () => json({ ...LOOKED, fingerprint: 'otherwise' });
    const look = model.look(false, true);
    expect(model.changed).toBe(true);
    await answers();
    await look;
    expect(model.changed).toBe(false);
    await seconds(10);
    expect(asked()).toBe(3);
    expect(model.changed).toBe(false);
    model.dispose();
  });

  it('should be looked at anew where the kernel is another process, once that can answer', async () => {
    const { kernels, model, sent, server } = world();
    model.active = true;
    server.now = () => json({ fingerprint: 'otherwise', restarted: true });
    await seconds(5);
    expect(kernels.subject?.state).toBe('starting');
    expect(sent('POST', '/report')).toHaveLength(1);
    // The next report tells what is installed as well.
    expect(model.changed).toBe(false);
    kernels.become(idle('k1'));
    await answers();
    expect(sent('POST', '/report')).toHaveLength(2);
    model.dispose();
  });

  it('should have changed for one document, and be looked at anew for another', async () => {
    const { kernels, model, server } = world();
    model.active = true;
    server.now = () => json({ fingerprint: 'otherwise' });
    await seconds(5);
    expect(model.changed).toBe(true);
    kernels.become(idle('k2'));
    await answers();
    expect(model.report).not.toBeNull();
    expect(model.changed).toBe(false);
    model.dispose();
  });

  it.each([
    ['unknown', () => json({ fingerprint: null })],
    ['refused', () => json({ message: '', reason: 'unknown-report' }, 404)],
    ['a page to sign in', () => new Response('<html>')],
    ['nothing', () => json(null)],
    [
      'out of reach',
      () => {
        throw new TypeError('Failed to fetch');
      }
    ]
  ])('should not be told where the answer is %s', async (_, answer) => {
    const { asked, model, server } = world();
    const changes = jest.fn();
    model.active = true;
    await answers();
    model.stateChanged.connect(changes);
    server.now = answer;
    await seconds(5);
    expect(asked()).toBe(1);
    expect(changes).not.toHaveBeenCalled();
    expect(model.changed).toBe(false);
    expect(model.problem).toBeNull();
    model.dispose();
  });

  it('should be asked about less often while the server fails', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    const { asked, model, server } = world();
    server.now = () => json(null, 500);
    model.active = true;
    await seconds(300);
    expect(asked()).toBeGreaterThan(2);
    expect(asked()).toBeLessThan(12);
    server.now = () => json({ fingerprint: 'otherwise' });
    await seconds(60);
    expect(model.changed).toBe(true);
    jest.mocked(Math.random).mockRestore();
    model.dispose();
  });

  it('should not be asked about while the panel or the tab is hidden', async () => {
    const { asked, model } = world();
    model.active = true;
    await seconds(5);
    expect(asked()).toBe(1);
    see(false);
    await seconds(60);
    expect(asked()).toBe(1);
    see(true);
    await answers();
    expect(asked()).toBe(2);
    model.active = false;
    see(false);
    see(true);
    await seconds(60);
    expect(asked()).toBe(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('should be asked about at once when the user comes back, but not at every step', async () => {
    const { asked, model } = world();
    model.active = true;
    await seconds(100);
    expect(asked()).toBe(6);
    await seconds(10);
    window.dispatchEvent(new Event('focus'));
    await answers();
    expect(asked()).toBe(7);
    window.dispatchEvent(new Event('focus'));
    await seconds(4);
    expect(asked()).toBe(7);
    // Somebody is at work here: it is asked about more often again.
    await seconds(6.5);
    expect(asked()).toBe(8);
    model.dispose();
    window.dispatchEvent(new Event('focus'));
    await answers();
    expect(asked()).toBe(8);
  });

  it('should not be asked about after the end', async () => {
    const { asked, model } = world();
    model.active = true;
    await seconds(4);
    model.dispose();
    await seconds(60);
    expect(asked()).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('should not be asked about while a look is under way', async () => {
    const { asked, model, server } = world();
    model.active = true;
    await answers();
    const late = new PromiseDelegate<Response>();
    server.report = () => late.promise;
    void model.look();
    await seconds(30);
    expect(asked()).toBe(0);
    late.resolve(json(LOOKED));
    await seconds(5);
    expect(asked()).toBe(1);
    model.dispose();
  });

  it('should not be asked about while a job runs', async () => {
    const { asked, model, server } = world();
    server.jobs = [RUNNING];
    model.active = true;
    await seconds(30);
    expect(model.job?.state).toBe('running');
    expect(asked()).toBe(0);
    model.dispose();
  });

  it.each([
    ['no report', () => json({ message: 'm', reason: 'r', hint: 'h' }, 500)],
    ['a report without', () => json({ ...LOOKED, fingerprint: null })]
  ])('should not be asked about where there is %s', async (_, report) => {
    const { asked, model, server } = world();
    server.report = report;
    model.active = true;
    await seconds(30);
    expect(asked()).toBe(0);
    model.dispose();
  });

  it('should not be asked about where the kernel died', async () => {
    const { asked, kernels, model } = world();
    model.active = true;
    await seconds(5);
    kernels.become({ ...idle('k1'), state: 'dead' });
    await seconds(30);
    expect(asked()).toBe(1);
    model.dispose();
  });

  it('should not be told where the kernel died, which is', async () => {
    const { kernels, model, server } = world();
    model.active = true;
    server.now = () => json({ fingerprint: 'otherwise' });
    await seconds(5);
    expect(model.changed).toBe(true);
    kernels.become({ ...idle('k1'), state: 'dead' });
    expect(model.changed).toBe(false);
    model.dispose();
  });

  it('should not be told while a look is under way that began meanwhile', async () => {
    const { model, server } = world();
    model.active = true;
    await answers();
    const [now, report] = [
      new PromiseDelegate<Response>(),
      new PromiseDelegate<Response>()
    ];
    server.now = () => now.promise;
    server.report = () => report.promise;
    await seconds(5);
    void model.look();
    now.resolve(json({ fingerprint: 'otherwise' }));
    await answers();
    expect(model.looking).toBe(true);
    expect(model.changed).toBe(false);
    report.resolve(json({ ...LOOKED, fingerprint: 'otherwise' }));
    await answers();
    expect(model.looking).toBe(false);
    expect(model.changed).toBe(false);
    model.dispose();
  });
});
