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
  const done: string[] = [];
  const replies: PromiseDelegate<void>[] = [];
  const kernel = {
    id: 'k1',
    name: 'python3',
    requestKernelInfo: async () => {
      const reply = new PromiseDelegate<void>();
      replies.push(reply);
      return reply.promise;
    },
    status
  };
  const context = {
    changeKernel: async ({ name }: { name: string }) => void done.push(name),
    iopubMessage: new Signal<object, object>({}),
    kernelChanged: new Signal<object, void>({}),
    kernelDisplayStatus: displayed,
    ready: ready.promise,
    session: status && { kernel },
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
    specs: () => null,
    refreshSpecs: async () => void done.push('refresh')
  });
  const become = (next: string): void => {
    kernel.status = next;
    context.statusChanged.emit();
  };
  // What JupyterLab tells when a kernel says its state because of a question.
  const answer = (process: string, next: string, parent: object): void =>
    void context.iopubMessage.emit({
      content: { execution_state: next },
      header: { msg_type: 'status', session: process },
      parent_header: parent
    });
  // And because of a cell: the status, if it is another, and then the message.
  const say = (process: string, next: string, asker = 'page'): void => {
    if (next !== kernel.status) {
      become(next);
    }
    answer(process, next, { msg_type: 'execute_request', session: asker });
  };
  const states: (string | undefined)[] = [];
  kernels.changed.connect(() => states.push(kernels.subject?.state));
  return {
    answer,
    become,
    context,
    done,
    kernels,
    ready,
    replies,
    say,
    states
  };
}

async function turn(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
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
    const { context, ready, states } = setUp(null, 'initializing');
    context.kernelDisplayStatus = 'unknown';
    ready.resolve();
    await ready.promise;
    await Promise.resolve();
    expect(states).toEqual(['none']);
  });

  it('should use a kernel that the page has yet to hear of', async () => {
    const { done, kernels } = setUp('idle', 'idle');
    expect(kernels.subject?.spec).toBe('python3');
    await kernels.use('proj');
    expect(done).toEqual(['refresh', 'proj']);
  });
  // So JupyterLab leaves a kernel that another client restarted.
  it('should call one idle that answers, whatever the page says', async () => {
    const { become, kernels, replies, states } = setUp('idle', 'idle');
    become('restarting');
    expect(replies).toHaveLength(0);
    become('starting');
    await turn();
    expect(states).toEqual(['starting', 'starting']);
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['starting', 'starting', 'idle']);
    become('busy');
    expect(kernels.subject?.state).toBe('busy');
    become('restarting');
    expect(kernels.subject?.state).toBe('starting');
    kernels.dispose();
    expect(kernels.subject).toBeNull();
  });

  it('should ask one that starts once, however often that is told', () => {
    const { become, replies } = setUp('starting', 'starting');
    expect(replies).toHaveLength(1);
    become('starting');
    become('starting');
    become('starting');
    expect(replies).toHaveLength(1);
  });

  it('should believe a status that comes before the answer', async () => {
    const { become, kernels, replies, states } = setUp('starting', 'starting');
    become('busy');
    replies[0].resolve();
    await turn();
    expect(kernels.subject?.state).toBe('busy');
    expect(states).toEqual(['busy']);
  });

  it('should not take a late answer for that of another start', async () => {
    const { become, kernels, replies, states } = setUp('starting', 'starting');
    become('idle');
    become('starting');
    expect(replies).toHaveLength(2);
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['idle', 'starting']);
    replies[1].resolve();
    await turn();
    expect(kernels.subject?.state).toBe('idle');
  });

  it('should go on waiting for one that does not answer', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const { kernels, replies } = setUp('starting', 'starting');
    replies[0].reject(new Error('gone'));
    await turn();
    expect(kernels.subject?.state).toBe('starting');
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
  });

  it('should tell of a restart that another process betrays', () => {
    const { kernels, say, states } = setUp('idle', 'idle');
    say('first', 'busy');
    say('first', 'idle');
    expect(states).toEqual(['busy', 'idle']);
    say('second', 'idle');
    expect(states).toEqual(['busy', 'idle', 'starting', 'idle']);
    say('second', 'busy');
    expect(states.slice(4)).toEqual(['busy']);
    expect(kernels.subject?.state).toBe('busy');
  });

  it('should wait for the answer of one whose state JupyterLab does not look at', async () => {
    const { answer, kernels, replies, say, states } = setUp('busy', 'busy');
    const asked = { msg_type: 'kernel_info_request', session: 'server' };
    say('first', 'busy');
    answer('second', 'busy', asked);
    answer('second', 'idle', asked);
    expect(states).toEqual(['starting']);
    expect(replies).toHaveLength(1);
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['starting', 'idle']);
    // JupyterLab has not noticed that it was idle between, and tells no change.
    say('second', 'busy');
    expect(states).toEqual(['starting', 'idle', 'busy']);
    expect(kernels.subject?.state).toBe('busy');
  });

  it('should tell of a second restart of a kernel that never became idle', async () => {
    const { answer, become, replies, states } = setUp('idle', 'idle');
    become('starting');
    answer('first', 'starting', {});
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['starting', 'idle']);
    answer('second', 'starting', {});
    expect(states.slice(2)).toEqual(['starting']);
    expect(replies).toHaveLength(2);
    replies[1].resolve();
    await turn();
    expect(states.slice(3)).toEqual(['idle']);
  });

  it('should hear of a restart in the welcome, which comes before it can answer', async () => {
    const { context, kernels, replies, say, states } = setUp('idle', 'idle');
    say('first', 'idle');
    context.iopubMessage.emit({
      content: {},
      header: { msg_type: 'iopub_welcome', session: 'second' },
      parent_header: {}
    });
    await turn();
    expect(states).toEqual(['starting']);
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['starting', 'idle']);
    say('second', 'idle');
    expect(states.slice(2)).not.toContain('starting');
    expect(kernels.subject?.state).toBe('idle');
  });

  it('should ask one that is said to have been restarted, and not take its answer for a restart', async () => {
    const { kernels, replies, say, states } = setUp('idle', 'idle');
    say('first', 'idle');
    kernels.noteRestart();
    expect(states).toEqual(['starting']);
    say('second', 'busy');
    say('second', 'idle');
    expect(states).toEqual(['starting', 'busy', 'idle']);
    replies[0].resolve();
    await turn();
    expect(states).toEqual(['starting', 'busy', 'idle']);
  });

  it.each([
    ['a kernel that hands back the session of who asked', 'other', 'other'],
    ['what names no session', '', 'page']
  ])('should not take for a restart %s', (_, process, asker) => {
    const { say, states } = setUp('idle', 'idle');
    say('page', 'idle');
    say(process, 'idle', asker);
    expect(states).toEqual([]);
  });

  it('should not take the server for a process of the kernel', () => {
    const { say, states } = setUp('idle', 'idle');
    say('first', 'idle');
    say('server', 'restarting', '');
    say('first', 'idle');
    // Once, and not as well for another process.
    expect(states).toEqual(['starting', 'idle']);
  });
});
