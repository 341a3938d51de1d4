import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Needs } from '../needs/needs';
import { needs } from '../needs/plugin';
import { start } from '../needs/start';
import { Cell, play } from './notebook';

jest.mock('../needs/start', () => ({ start: jest.fn() }));

const started = jest.mocked(start);

/**
 * The plugin with a notebook of a cell, and a kernelspec of that language.
 */
function activate(language?: string) {
  const cell = new Cell('a');
  const notebook = play(cell);
  Object.assign(notebook.session.kernel, { name: 'spec' });
  const specs = { kernelspecs: { spec: { language } } };
  const app = {
    serviceManager: { kernelspecs: { specs } }
  } as unknown as JupyterFrontEnd;
  void needs.activate(app, {}, notebook.executions, null);
  const fail = async (): Promise<void> => {
    notebook.fail(cell, 'ModuleNotFoundError', `No module named 'sklearn'`);
    await new Promise(resolve => setTimeout(resolve));
  };
  return { fail };
}

describe('needs', () => {
  const look = jest.fn();

  beforeEach(() => {
    look.mockReset();
    started.mockReset();
    started.mockReturnValue({ look } as unknown as Needs);
  });

  it('should load what it takes at the next failure where that went wrong', async () => {
    started.mockImplementationOnce(() => {
      throw new Error('the server is away');
    });
    const { fail } = activate('python');
    await fail();
    expect(look).not.toHaveBeenCalled();
    await fail();
    await fail();
    expect(look).toHaveBeenCalledTimes(2);
    expect(started).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['Python', 1],
    ['R', 0],
    [undefined, 1]
  ])('should look where the language is %s: %s', async (language, times) => {
    const { fail } = activate(language);
    await fail();
    expect(look).toHaveBeenCalledTimes(times);
  });
});
