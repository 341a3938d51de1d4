import React from 'react';

/**
 * What a screen reader is told when it changes: one sentence, and one such place in a section.
 *
 * It is there before it has anything to say, for one that comes together with its words is not read.
 */
export function Live(props: { readonly text: string }): JSX.Element {
  return (
    <p className="jp-Envcheck-live" role="status">
      {props.text}
    </p>
  );
}
