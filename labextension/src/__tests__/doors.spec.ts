import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { CommandIDs } from '../commandids';
import { launcher } from '../doors/launcher';
import { palette } from '../doors/palette';
import { statusbar } from '../doors/statusbar';
import { tab } from '../doors/tab';
import { toolbar } from '../doors/toolbar';
import { Preferences } from '../preferences';

/**
 * An application with a model that knows nothing yet.
 */
function setUp() {
  const commands = new CommandRegistry();
  const addWidgetExtension = jest.fn();
  const activateById = jest.fn();
  let pointer: { dataset: { id: string } } | null = null;
  const app = {
    commands,
    contextMenuHitTest: () => pointer,
    docRegistry: { addWidgetExtension },
    serviceManager: { kernelspecs: { specs: null } },
    shell: { activateById }
  } as unknown as JupyterFrontEnd;
  const model = {
    known: null,
    preferences: new Preferences(),
    stateChanged: new Signal<object, void>({}),
    subject: null as object | null
  };
  const kernels = { changed: new Signal<object, void>({}) };
  const point = (id: string): void => void (pointer = { dataset: { id } });
  return { activateById, addWidgetExtension, app, kernels, model, point };
}

describe('doors', () => {
  it('should all do without what Notebook 7 lacks', () => {
    const { addWidgetExtension, app, kernels, model } = setUp();
    void launcher.activate(app, model, null);
    void palette.activate(app, null, null);
    void statusbar.activate(app, model, kernels, null, null);
    void tab.activate(app, model, null, null, null);
    void toolbar.activate(app, model, null);
    expect(addWidgetExtension).toHaveBeenCalledWith(
      'Notebook',
      expect.anything()
    );
  });

  it('should have no button in the toolbar where there are tabs', () => {
    const { addWidgetExtension, app, model } = setUp();
    void toolbar.activate(app, model, {});
    expect(addWidgetExtension).not.toHaveBeenCalled();
  });

  it('should show the status only with a kernel', () => {
    const { app, kernels, model } = setUp();
    const registerStatusItem = jest.fn();
    void statusbar.activate(app, model, kernels, { registerStatusItem }, null);
    const [, item] = registerStatusItem.mock.calls[0];
    let changes = 0;
    item.activeStateChanged.connect(() => changes++);
    expect(item.isActive()).toBe(false);
    model.subject = { kernel: 'k1', spec: 'climate' };
    kernels.changed.emit();
    expect([item.isActive(), changes]).toEqual([true, 1]);
  });

  it('should be in the menu of notebooks’ tabs alone, and bring that one to the front', async () => {
    const { activateById, app, model, point } = setUp();
    const notebook = { id: 'n1' };
    const find = (holds: (one: object) => boolean): object | undefined =>
      [notebook].find(holds);
    void tab.activate(app, model, { find }, null, null);
    const opened = jest.fn();
    app.commands.addCommand(CommandIDs.open, { execute: opened });
    expect(app.commands.isVisible(CommandIDs.openTab)).toBe(false);
    point('launcher-0');
    expect(app.commands.isVisible(CommandIDs.openTab)).toBe(false);
    await app.commands.execute(CommandIDs.openTab);
    expect(opened).not.toHaveBeenCalled();
    point('n1');
    expect(app.commands.isVisible(CommandIDs.openTab)).toBe(true);
    await app.commands.execute(CommandIDs.openTab);
    expect(activateById).toHaveBeenCalledWith('n1');
    expect(opened).toHaveBeenCalled();
  });
});
