import React from 'react';

/**
 * What to do in a program with windows, one step after the other.
 */
export function Steps(props: {
  readonly steps: ReadonlyArray<string>;
}): JSX.Element {
  return (
    <ol className="jp-Envcheck-steps">
      {props.steps.map((step, index) => (
        <li key={index}>{step}</li>
      ))}
    </ol>
  );
}
