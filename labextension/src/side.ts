import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MessageLoop } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import type { Preferences } from './preferences';

/**
 * Have the panel on the side that the user wishes, now and whenever that changes; an open one stays
 * open, and the focus where it is.
 */
export function keepOnSide(
  shell: JupyterFrontEnd.IShell,
  sidebar: Widget,
  preferences: Preferences
): void {
  const add = (side: 'left' | 'right'): void =>
    shell.add(sidebar, side, { rank: 900, type: 'Environment Check' });
  // At once, before the settings are there: what was open is only restored where it is placed.
  add('right');
  preferences.changed.connect(() => {
    const { side } = preferences;
    // The layout that is restored may have brought it there already.
    if ([...shell.widgets(side)].includes(sidebar)) {
      return;
    }
    const open = sidebar.isVisible;
    const focused = document.activeElement;
    add(side);
    if (open) {
      shell.activateById(sidebar.id);
      MessageLoop.flush();
      if (focused instanceof HTMLElement) {
        focused.focus();
      }
    }
  });
}
