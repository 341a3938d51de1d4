import React from 'react';

/**
 * A translated sentence in which one word is set off.
 *
 * The sentence is translated whole, with `%1` given for `%1`, so that the word can stand where the
 * language wants it.
 */
export function Sentence(props: {
  readonly text: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  const [before, ...after] = props.text.split('%1');
  return (
    <>
      {before}
      {props.children}
      {after.join('%1')}
    </>
  );
}
