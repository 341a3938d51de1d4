import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, classes } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import React, { useState } from 'react';

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
   * What it says once it was pressed, where nothing else shows that something was done.
   */
  readonly done?: string;

  /**
   * Its name for a screen reader, where that needs more words than its label.
   */
  readonly name?: string;
}

/**
 * A button that runs a command, and says and allows what the command does.
 */
export function CommandButton(props: ICommandButtonProps): JSX.Element {
  const { commands, id, args = {}, done, look = 'plain', name } = props;
  const [pressed, press] = useState(false);
  const said = pressed ? done : undefined;
  const enabled = commands.isEnabled(id, args);
  return (
    <Button
      className={classes('jp-Envcheck-button', `jp-mod-${look}`)}
      aria-label={said ?? name}
      // A disabled button would drop the focus.
      aria-disabled={!enabled}
      onBlur={() => press(false)}
      onClick={() => {
        if (enabled) {
          void commands.execute(id, args);
          press(true);
        }
      }}
      onMouseLeave={() => press(false)}
      title={commands.caption(id, args)}
    >
      {said ?? commands.label(id, args)}
    </Button>
  );
}
