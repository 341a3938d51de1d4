import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { acceptDialog, dismissDialog } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commandids';
import { addCommands } from '../commands';
import type { KernelFollower } from '../kernel';
import type { EnvcheckModel } from '../model';
import { Preferences } from '../preferences';
import type { Job } from '../wire';
import { json } from './answers';
import { golden } from './golden';
import * as worlds from './world';

/**
 * The commands, on a model and a notebook that are played.
 */
function setUp(
  model: object,
  notebook: object | null = null,
  use: (name: string) => Promise<void> = async () => undefined,
  open: () => void = () => undefined
): CommandRegistry {
  const commands = new CommandRegistry();
  addCommands(commands, {
    dialogs: {} as ISessionContextDialogs,
    kernels: { front: {}, notebook, use } as unknown as KernelFollower,
    model: Object.assign(model, {
      preferences: new Preferences()
    }) as unknown as EnvcheckModel,
    open,
    trans: nullTranslator.load('jupyterlab_envcheck')
  });
  return commands;
}

describe('commands', () => {
  it('should install only the plan that is named', async () => {
    const install = jest.fn();
    const plan = { id: 'p1', state: 'ready' };
    const commands = setUp({ install, installable: true, plan });
    expect(commands.isEnabled(CommandIDs.install)).toBe(false);
    expect(commands.isEnabled(CommandIDs.install, { plan: 'p0' })).toBe(false);
    expect(commands.isEnabled(CommandIDs.install, { plan: 'p1' })).toBe(true);
    // As a link in a notebook would: the model knows no plan without a name.
    await commands.execute(CommandIDs.install);
    expect(install).toHaveBeenCalledWith('');
  });

  it('should look at everything again, or at what has changed', async () => {
    const look = jest.fn();
    const commands = setUp({ active: true, look });
    await commands.execute(CommandIDs.look);
    expect(look).toHaveBeenLastCalledWith(true, true);
    await commands.execute(CommandIDs.look, { remember: true });
    expect(look).toHaveBeenLastCalledWith(false, true);
  });

  it('should let nobody think again while a job is being started', () => {
    const commands = setUp({ installable: false, starting: true });
    expect(commands.isEnabled(CommandIDs.install)).toBe(false);
    expect(commands.isEnabled(CommandIDs.dropPlan)).toBe(false);
    expect(commands.label(CommandIDs.dropPlan)).toBe('Cancel');
  });

  it('should insert code, whatever kind of cell is usual', async () => {
    const insertCell = jest.fn();
    const content = {
      activeCellIndex: 2,
      deselectAll: jest.fn(),
      model: { readOnly: false, sharedModel: { insertCell } },
      scrollToItem: jest.fn().mockResolvedValue(undefined)
    };
    const commands = setUp({}, { content });
    await commands.execute(CommandIDs.insertCell, { source: '!pip' });
    expect(insertCell).toHaveBeenCalledWith(
      3,
      expect.objectContaining({ cell_type: 'code', source: '!pip' })
    );
    expect(content.activeCellIndex).toBe(3);
    content.model.readOnly = true;
    expect(commands.isEnabled(CommandIDs.insertCell)).toBe(false);
  });

  it('should undo and free what is known, and only after a yes', async () => {
    const [undo, free] = [jest.fn(), jest.fn()];
    const job = golden<Job>('job-undoable');
    const findJob = (id: string): Job | null => (id === 'p1' ? job : null);
    const fetchJob = async (id: string): Promise<Job | null> => findJob(id);
    const commands = setUp({ fetchJob, findJob, free, subject: null, undo });
    const all = [CommandIDs.undoJob, CommandIDs.repair, CommandIDs.freeUndo];
    for (const id of all) {
      await commands.execute(id, { id: 'p7' });
      const refused = commands.execute(id, { id: 'p1' });
      await dismissDialog(document.body, 5000);
      await refused;
    }
    expect([undo, free].map(done => done.mock.calls)).toEqual([[], []]);
    for (const id of all) {
      const accepted = commands.execute(id, { id: 'p1' });
      await acceptDialog(document.body, 5000);
      await accepted;
    }
    expect(undo.mock.calls).toEqual([['p1'], ['p1']]);
    expect(free.mock.calls).toEqual([['p1']]);
  });

  it('should ask before a kernel is given up, but not where there is none', async () => {
    const use = jest.fn(async () => undefined);
    const args = { name: 'proj', title: 'proj' };
    const running = setUp({ subject: { kernel: 'k1' }, variables: 3 }, {}, use);
    expect(running.label(CommandIDs.useKernel, args)).toBe(
      'Use “proj” in This Notebook…'
    );
    const refused = running.execute(CommandIDs.useKernel, args);
    await dismissDialog(document.body, 5000);
    await refused;
    expect(use).not.toHaveBeenCalled();
    const idle = setUp({ subject: { kernel: null } }, null, use);
    expect(idle.label(CommandIDs.useKernel, args)).toMatch(/This Console…$/);
    await idle.execute(CommandIDs.useKernel, args);
    expect(use.mock.calls).toEqual([['proj']]);
  });

  it('should plan no environment whose name or Python cannot be', () => {
    const commands = setUp({ plannable: true, subject: { kernel: 'k1' } });
    const able = (name: string, python: string): boolean =>
      commands.isEnabled(CommandIDs.planEnvironment, { name, python });
    expect(able('proj', '')).toBe(true);
    expect(able('../proj', '')).toBe(false);
    expect(able('proj', 'new')).toBe(false);
  });

  it('should open the panel to look, and look anew then', async () => {
    const { model, sent } = worlds.setUp();
    model.active = true;
    await worlds.until(() => model.report !== null && !model.looking);
    model.active = false;
    const commands = new CommandRegistry();
    addCommands(commands, {
      dialogs: {} as ISessionContextDialogs,
      kernels: {} as KernelFollower,
      model,
      open: () => {
        model.active = true;
      },
      trans: nullTranslator.load('jupyterlab_envcheck')
    });
    expect(commands.isEnabled(CommandIDs.look)).toBe(true);
    await commands.execute(CommandIDs.look);
    await worlds.until(() => sent('POST', '/report').length === 2);
    expect(sent('POST', '/report')[1].body).toMatchObject({ refresh: true });
    expect(model.asked).toBe(true);
    model.dispose();
  });

  it('should dismiss where the notebook in front runs, not where the panel looked last', async () => {
    const { REPORT } = worlds;
    const { environment } = REPORT.facts;
    const elsewhere = { ...environment.value, prefix: '/home/ada/other' };
    const other = {
      ...REPORT,
      facts: {
        ...REPORT.facts,
        environment: { ...environment, value: elsewhere }
      }
    };
    const { kernels, model } = worlds.setUp(request =>
      (request.body as { kernel?: string } | null)?.kernel === 'k2'
        ? json(other)
        : worlds.usual(request)
    );
    model.active = true;
    await worlds.until(() => model.report !== null);
    kernels.become(worlds.idle('k2'));
    await worlds.until(() => model.report !== null);
    model.active = false;
    kernels.become(worlds.idle('k1'));
    const commands = new CommandRegistry();
    addCommands(commands, {
      dialogs: {} as ISessionContextDialogs,
      kernels: {} as KernelFollower,
      model,
      open: () => undefined,
      trans: nullTranslator.load('jupyterlab_envcheck')
    });
    await commands.execute(CommandIDs.dismiss, { outcome: 'blas-report' });
    const { preferences } = model;
    expect(preferences.dismissed('/home/ada/other').size).toBe(0);
    expect([...preferences.dismissed('/home/ada/climate')]).toEqual([
      'blas-report'
    ]);
    model.dispose();
  });
});
