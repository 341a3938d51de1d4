import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { KernelFollower } from '../kernel';

/**
 * A notebook in front whose session context is as it is said to be.
 */
function setUp(status: string | null, displayed: string) {
  const ready = new PromiseDelegate<void>();
  const context = {
    kernelChanged: new Signal<object, void>({}),
    kernelDisplayStatus: displayed,
    ready: ready.promise,
    session: status && { kernel: { id: 'k1', name: 'python3', status } },
    statusChanged: new Signal<object, void>({})
  };
  const panel = {
    disposed: new Signal<object, void>({}),
    id: 'notebook-1',
    sessionContext: context
  };
  const notebooks = {
    currentChanged: new Signal<object, void>({}),
    currentWidget: panel,
    find: (holds: (one: object) => boolean) =>
      holds(panel) ? panel : undefined
  };
  const kernels = new KernelFollower({
    consoles: null,
    notebooks: notebooks as unknown as INotebookTracker,
    shell: { currentWidget: panel } as unknown as JupyterFrontEnd.IShell,
    specs: () => null
  });
  return { context, kernels, ready };
}

describe('KernelFollower', () => {
  it.each([
    ['starting', null, 'initializing'],
    ['none', null, 'unknown'],
    ['none', null, 'terminating'],
    ['connecting', 'unknown', 'unknown'],
    ['starting', 'restarting', 'restarting'],
    ['busy', 'busy', 'busy'],
    ['dead', 'dead', 'dead']
  ])('should call %s a kernel that is %s, %s', (state, status, displayed) => {
    const { kernels } = setUp(status, displayed);
    expect(kernels.subject).toMatchObject({ document: 'notebook-1', state });
  });

  it('should say when it is certain that no kernel comes', async () => {
    const { context, kernels, ready } = setUp(null, 'initializing');
    const states: (string | undefined)[] = [];
    kernels.changed.connect(() => states.push(kernels.subject?.state));
    context.kernelDisplayStatus = 'unknown';
    ready.resolve();
    await ready.promise;
    await Promise.resolve();
    expect(states).toEqual(['none']);
  });
});
