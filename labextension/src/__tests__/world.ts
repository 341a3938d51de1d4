import type { Event } from '@jupyterlab/services';
import { Signal, Stream } from '@lumino/signaling';
import { Bell } from '../bell';
import type { IFrontKernel, ISubject } from '../kernel';
import { EnvcheckModel } from '../model';
import type { Job, Plan, Report } from '../wire';
import type { Answer, IRequest } from './answers';
import { json, played } from './answers';
import { golden } from './golden';

/**
 * What that server says.
 */
export const REPORT = golden<Report>('report-problems');
export const READY = golden<Plan>('plan-ready');
export const RUNNING = golden<Job>('job-running');
export const SUCCEEDED = golden<Job>('job-succeeded');

class FrontKernel implements IFrontKernel {
  readonly changed = new Signal<this, void>(this);
  readonly executed = new Signal<this, void>(this);
  subject: ISubject | null = idle('k1');

  cells(): { id: string; source: string }[] {
    return [{ id: 'c1', source: 'import sklearn' }];
  }

  noteRestart(): void {
    const { subject } = this;
    this.become(subject && { ...subject, state: 'starting' });
  }

  become(subject: ISubject | null): void {
    this.subject = subject;
    this.changed.emit();
  }
}

/**
 * A kernel that runs and waits, in the document `d1`.
 */
export function idle(kernel: string): ISubject {
  return {
    document: 'd1',
    kernel,
    state: 'idle',
    spec: 'climate',
    language: 'python'
  };
}

/**
 * A model with a kernel, a bell and a server to play with.
 */
export function setUp(answer: Answer = usual) {
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

/**
 * The answers of a server where all goes well.
 */
export function usual({ method, path }: IRequest): Response {
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
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 400) {
      throw new Error('it did not come to pass');
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
