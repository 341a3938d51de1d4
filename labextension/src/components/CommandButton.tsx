import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, classes } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import React from 'react';

/**
 * What every component needs: words, and commands to run.
 */
export interface IComponentProps {
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/**
 * Properties of a command button.
 */
export interface ICommandButtonProps {
  readonly commands: CommandRegistry;
  readonly id: string;
  readonly args?: ReadonlyPartialJSONObject;

  /**
   * How it looks: the one thing to do, a thing to do, or part of a line of text.
   */
  readonly look?: 'primary' | 'plain' | 'quiet';

  /**
   * Its name for a screen reader, where that needs more words than its label.
   */
  readonly name?: string;
}

/**
 * A button that runs a command, and says and allows what the command does.
 */
export function CommandButton(props: ICommandButtonProps): JSX.Element {
  const { commands, id, args = {}, look = 'plain', name } = props;
  return (
    <Button
      className={classes('jp-Envcheck-button', `jp-mod-${look}`)}
      aria-label={name}
      disabled={!commands.isEnabled(id, args)}
      onClick={() => void commands.execute(id, args)}
      title={commands.caption(id, args)}
    >
      {commands.label(id, args)}
    </Button>
  );
}
