import { NotebookActions } from '@jupyterlab/notebook';
import { hintOf } from '../needs/kinds';
import { Cell, play } from './notebook';

describe('Executions', () => {
  it('should tell of a cell with what it wrote and how it failed', () => {
    const cell = new Cell('a');
    const { say, schedule, seen } = play(cell);
    schedule(cell);
    say(cell, 'stream', { name: 'stderr', text: 'one ' });
    say(cell, 'stream', { name: 'stdout', text: 'two' });
    say(cell, 'error', { ename: 'ValueError', evalue: 'no' });
    expect(seen).toEqual([]);
    say(cell, 'status', { execution_state: 'idle' });
    expect(seen).toMatchObject([
      {
        died: false,
        error: { name: 'ValueError', value: 'no' },
        kernel: 'k1',
        output: 'one two',
        source: 'import sklearn'
      }
    ]);
  });

  it('should not hear what another page runs, nor what was not run', () => {
    const cell = new Cell('a');
    const { say, schedule, seen } = play(cell);
    say(cell, 'error', {
      ename: 'ModuleNotFoundError',
      evalue: `No module named 'sklearn'`
    });
    say(cell, 'status', { execution_state: 'idle' });
    schedule(cell);
    say('of-another-page', 'error', { ename: 'E', evalue: 'e' });
    say('of-another-page', 'status', { execution_state: 'idle' });
    expect(seen).toEqual([]);
  });

  it.each(['autorestarting', 'dead'])(
    'should tell of the cell that ran when the kernel is %s',
    status => {
      const [a, b, c] = [new Cell('a'), new Cell('b'), new Cell('c')];
      const { finish, panel, say, schedule, seen } = play(a, b, c);
      finish(a);
      schedule(b);
      schedule(c);
      say(c, 'execute_input');
      panel.sessionContext.statusChanged.emit(status);
      expect(seen[1]).toMatchObject({
        before: [{ id: 'a', source: 'import sklearn' }],
        cell: c,
        died: true
      });
      expect(seen).toHaveLength(2);
    }
  );

  it('should take the first that waits where none was heard of', () => {
    const [a, b] = [new Cell('a'), new Cell('b')];
    const { panel, schedule, seen } = play(a, b);
    schedule(a);
    schedule(b);
    panel.sessionContext.statusChanged.emit('autorestarting');
    expect(seen).toMatchObject([{ cell: a, died: true }]);
  });

  it('should not take a restart or a shutdown for a death', async () => {
    const cell = new Cell('a');
    const { panel, schedule, seen } = play(cell);
    schedule(cell);
    panel.sessionContext.statusChanged.emit('restarting');
    await Promise.resolve();
    panel.sessionContext.statusChanged.emit('dead');
    schedule(cell);
    panel.sessionContext.statusChanged.emit('terminating');
    panel.sessionContext.statusChanged.emit('dead');
    expect(seen).toEqual([]);
  });

  it('should forget a cell that did not run to its end', () => {
    const cell = new Cell('a');
    const { emit, panel, schedule, seen } = play(cell);
    schedule(cell);
    emit(NotebookActions.executed, cell);
    panel.sessionContext.statusChanged.emit('dead');
    expect(seen).toEqual([]);
  });

  it('should forget what ran before when the kernel is a new one', async () => {
    const [a, b] = [new Cell('a'), new Cell('b')];
    const { finish, panel, seen } = play(a, b);
    finish(a);
    panel.sessionContext.statusChanged.emit('restarting');
    await Promise.resolve();
    finish(b);
    expect(seen.map(({ before }) => before)).toEqual([[], []]);
  });

  it('should keep no more than the end of what is written', () => {
    const cell = new Cell('a');
    const { finish, say, schedule, seen } = play(cell);
    schedule(cell);
    for (let times = 0; times < 9; times++) {
      say(cell, 'stream', { text: 'x'.repeat(10_000) });
    }
    say(cell, 'status', { execution_state: 'idle' });
    finish(cell);
    expect(seen[0].output).toHaveLength(20_000);
  });
});

describe('hintOf', () => {
  const of = (
    value: string,
    name = 'ModuleNotFoundError',
    source = '',
    output = ''
  ) => hintOf({ died: false, error: { name, value }, output, source });

  it.each([
    [`No module named 'sklearn'`, 'sklearn'],
    [`No module named 'google.cloud'`, 'google'],
    [`No module named '_ctypes'`, '_ctypes']
  ])('should see in “%s” that %s is missing', (value, name) =>
    expect(of(value)).toEqual({ kind: 'missing', name })
  );

  it.each([
    ['no such file', 'FileNotFoundError'],
    [`No module named 'sklearn'`, 'ValueError'],
    [`No module named '<img>'`, 'ModuleNotFoundError'],
    [`No module named '--index-url=x'`, 'ModuleNotFoundError'],
    [`No module named '${'x'.repeat(10_000)}'`, 'ModuleNotFoundError']
  ])('should see nothing in “%s” of a %s', (value, name) =>
    expect(of(value, name)).toBeNull()
  );

  it.each([
    ['numpy', 'numpy.core.multiarray failed to import', ''],
    ['numpy', 'numpy.dtype size changed, may indicate binary', ''],
    ['numpy', 'x', 'AttributeError: _ARRAY_API not found'],
    ['numpy', 'Importing the numpy C-extensions failed.', ''],
    ['driver', 'CUDA driver version is insufficient for CUDA', ''],
    ['driver', 'x', 'UserWarning: The NVIDIA driver on your system is too old']
  ])('should see that it is about %s', (kind, value, output) =>
    expect(of(value, 'ImportError', '', output)).toEqual({ kind })
  );

  it.each([
    ['!pip install six', true],
    ['x = 1\n  !python -m pip install six', true],
    ['%%bash\npip install six', true],
    ['!conda install -y six', true],
    ['%pip install six', false],
    ['!pip list', false],
    ['print("!pip install six")', false],
    ['# pip install six', false]
  ])('should see in “%s” whether the shell installs', (source, does) =>
    expect(
      hintOf({ died: false, error: null, output: '', source }) !== null
    ).toBe(does)
  );
});
