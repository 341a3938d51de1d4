import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { addNeedCommands } from './commands';
import { Needs } from './needs';
import { place } from './place';

/**
 * Begin to find out what cells need, and to draw it.
 */
export function start(
  options: Omit<Needs.IOptions, 'show'> & {
    readonly commands: CommandRegistry;
    readonly trans: TranslationBundle;
  }
): Needs {
  const { commands, trans } = options;
  const needs = new Needs({
    ...options,
    show: line => void place(line, { commands, trans })
  });
  addNeedCommands(commands, needs, trans);
  return needs;
}
