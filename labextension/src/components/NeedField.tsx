import React, { useId, useState } from 'react';
import { CommandIDs } from '../commandids';
import type { Line } from '../needs/line';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';

/**
 * Properties of the field.
 */
export interface INeedFieldProps extends IComponentProps {
  /**
   * The line that it is part of.
   */
  readonly line: Line;
}

/**
 * A field for the name of a package that nobody knows for certain: it is never guessed.
 */
export function NeedField(props: INeedFieldProps): JSX.Element {
  const { commands, line, trans } = props;
  const [typed, type] = useState(line.typed);
  const id = useId();
  const args = { line: line.id, typed: typed.trim() };
  return (
    <div className="jp-Envcheck-buttons">
      <label htmlFor={id}>{trans.__('Package')}</label>
      <input
        id={id}
        className="jp-mod-styled jp-Envcheck-needInput"
        autoComplete="off"
        onChange={event => {
          line.keep(event.target.value);
          type(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && args.typed) {
            void commands.execute(CommandIDs.mendCell, args);
          }
        }}
        spellCheck={false}
        value={typed}
      />
      {args.typed && (
        <CommandButton
          commands={commands}
          id={CommandIDs.mendCell}
          args={args}
        />
      )}
    </div>
  );
}
