import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commandids';
import { addCommands } from '../commands';
import type { KernelFollower } from '../kernel';
import type { EnvcheckModel } from '../model';

/**
 * The commands, on a model and a notebook that are played.
 */
function setUp(model: object, notebook: object | null = null): CommandRegistry {
  const commands = new CommandRegistry();
  addCommands(commands, {
    dialogs: {} as ISessionContextDialogs,
    kernels: { notebook } as unknown as KernelFollower,
    model: model as EnvcheckModel,
    open: () => undefined,
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
    const commands = setUp({ look });
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
});
