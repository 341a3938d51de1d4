import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { Bell, IRing } from '../bell';
import type { EnvcheckModel } from '../model';
import { Untold } from '../untold';
import type { Job } from '../wire';
import type { Answer } from './answers';
import { json, played } from './answers';
import { golden } from './golden';
import { RUNNING, SUCCEEDED, until } from './world';

const KEY = 'jupyterlab-envcheck:untold:http://localhost/base/';

/**
 * A panel that is closed unless it is said to be open, and a memory over a reload.
 */
class World {
  readonly memory = new Map<string, string>();
  readonly told: Job[] = [];
  readonly model = {
    active: false,
    job: null as Job | null,
    learn: (job: Job) => {
      this.model.job = job;
      this.model.stateChanged.emit();
    },
    stateChanged: new Signal<object, void>({})
  };
  readonly rang = new Signal<object, IRing>({});
  asked = 0;

  begin(answer: Answer): Untold {
    const { settings } = played(request => {
      this.asked++;
      return answer(request);
    });
    return new Untold({
      bell: { rang: this.rang } as unknown as Bell,
      connection: { settings: settings as ServerConnection.ISettings },
      memory: {
        getItem: key => this.memory.get(key) ?? null,
        setItem: (key, value) => void this.memory.set(key, value),
        removeItem: key => void this.memory.delete(key)
      },
      model: this.model as unknown as EnvcheckModel,
      tell: job => this.told.push(job)
    });
  }

  show(job: Job | null): void {
    this.model.job = job;
    this.model.stateChanged.emit();
  }
}

describe('Untold', () => {
  let world: World;
  let untold: Untold | null = null;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => {
    untold?.dispose();
  });

  it('should tell of a job that ends while the panel is closed', async () => {
    untold = world.begin(() => json(SUCCEEDED));
    world.show(RUNNING);
    await until(() => world.told.length > 0);
    expect(world.told.map(({ id, state }) => [id, state])).toEqual([
      [SUCCEEDED.id, 'succeeded']
    ]);
    expect(world.memory.size).toBe(0);
    const { asked } = world;
    world.rang.emit({ kind: 'job', id: RUNNING.id });
    await new Promise(resolve => setTimeout(resolve, 2500));
    expect(world.asked).toBe(asked);
  });

  it('should hand the end over, with all its lines, to who shows the job', async () => {
    const lines = RUNNING.lines.slice(0, 1);
    const after: (string | null)[] = [];
    untold = world.begin(({ query }) => {
      after.push(query.get('after'));
      return json(SUCCEEDED);
    });
    world.show({ ...RUNNING, lines });
    await until(() => world.model.job?.state === 'succeeded');
    expect(after).toEqual([String(lines[0].n)]);
    expect(world.told).toHaveLength(1);
  });

  it('should tell it once where the job is still shown as it was', async () => {
    untold = world.begin(() => json(SUCCEEDED));
    world.show(RUNNING);
    // The other tab was faster.
    world.memory.clear();
    world.show(RUNNING);
    expect(world.memory.size).toBe(0);
    await until(() => world.model.job?.state === 'succeeded');
    expect(world.told).toEqual([]);
  });

  it('should tell of one that failed, and of one from before a reload', async () => {
    const failed = golden<Job>('job-failed');
    world.memory.set(KEY, failed.id);
    untold = world.begin(() => json(failed));
    await until(() => world.told.length > 0);
    expect(world.told[0].state).toBe('failed');
  });

  it('should ask when the bell rings for that job', async () => {
    let job = RUNNING;
    untold = world.begin(() => json(job));
    world.show(RUNNING);
    await until(() => world.asked > 0);
    job = SUCCEEDED;
    world.rang.emit({ kind: 'job', id: 'another' });
    world.rang.emit({ kind: 'job', id: RUNNING.id });
    await until(() => world.told.length > 0);
    expect(world.asked).toBe(2);
  });

  it('should ask nothing, and tell nothing, while the panel is open', async () => {
    world.model.active = true;
    world.memory.set(KEY, RUNNING.id);
    untold = world.begin(() => json(SUCCEEDED));
    world.rang.emit({ kind: 'job', id: RUNNING.id });
    await new Promise(resolve => setTimeout(resolve, 2500));
    expect(world.asked).toBe(0);
    world.show(SUCCEEDED);
    expect(world.memory.size).toBe(0);
    expect(world.told).toEqual([]);
  });

  it('should ask nothing where no job ran', async () => {
    untold = world.begin(() => json(SUCCEEDED));
    world.show(SUCCEEDED);
    world.rang.emit({ kind: 'job', id: SUCCEEDED.id });
    await new Promise(resolve => setTimeout(resolve, 2500));
    expect(world.asked).toBe(0);
  });

  it('should tell it once in two tabs', async () => {
    untold = world.begin(async () => {
      // The other tab was faster.
      world.memory.clear();
      return json(SUCCEEDED);
    });
    world.show(RUNNING);
    await until(() => world.asked > 0);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(world.told).toEqual([]);
  });

  it('should forget a job that the server does not know', async () => {
    world.memory.set(KEY, 'gone');
    untold = world.begin(() =>
      json({ message: 'm', reason: 'unknown-job', hint: 'h' }, 404)
    );
    await until(() => world.memory.size === 0);
    expect(world.told).toEqual([]);
  });
});
