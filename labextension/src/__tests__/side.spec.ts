import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { Preferences } from '../preferences';
import { keepOnSide } from '../side';

/**
 * Takes the focus when it is activated, as the panel does.
 */
class Sidebar extends Widget {
  constructor() {
    super();
    this.id = 'sidebar';
    this.node.tabIndex = -1;
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }
}

/**
 * A shell of two sidebars, in which a widget that is added is closed at first.
 */
function play() {
  const sidebar = new Sidebar();
  const added: string[] = [];
  const shell = {
    add: (widget: Widget, side: string) => {
      added.push(side);
      widget.hide();
      if (!widget.isAttached) {
        Widget.attach(widget, document.body);
      }
    },
    activateById: () => {
      sidebar.show();
      sidebar.activate();
    },
    widgets: (side: string) => (side === added.at(-1) ? [sidebar] : [])
  };
  const composite: Record<string, string> = { side: 'left' };
  const changed = new Signal<object, void>({});
  const registry = { load: async () => ({ changed, composite }) };
  const preferences = new Preferences();
  keepOnSide(shell as unknown as JupyterFrontEnd.IShell, sidebar, preferences);
  const follow = (): Promise<void> =>
    preferences.follow(registry as unknown as ISettingRegistry, 'plugin');
  return { added, changed, composite, follow, preferences, sidebar };
}

describe('keepOnSide', () => {
  it('should place it at once, and go where the settings say', async () => {
    const { added, changed, composite, follow, sidebar } = play();
    expect(added).toEqual(['right']);
    await follow();
    changed.emit();
    expect(added).toEqual(['right', 'left']);
    expect(sidebar.isVisible).toBe(false);
    composite.side = 'right';
    changed.emit();
    expect(added).toEqual(['right', 'left', 'right']);
    sidebar.dispose();
  });

  it('should leave open what is open, and the focus where it is', async () => {
    const { added, follow, sidebar } = play();
    const field = document.body.appendChild(document.createElement('input'));
    sidebar.show();
    field.focus();
    await follow();
    expect(added).toEqual(['right', 'left']);
    expect(sidebar.isVisible).toBe(true);
    expect(document.activeElement).toBe(field);
    sidebar.dispose();
    field.remove();
  });

  it('should leave it where a layout has brought it already', async () => {
    const { added, follow, sidebar } = play();
    added.push('left');
    sidebar.show();
    await follow();
    expect(added).toEqual(['right', 'left']);
    expect(sidebar.isVisible).toBe(true);
    sidebar.dispose();
  });
});
