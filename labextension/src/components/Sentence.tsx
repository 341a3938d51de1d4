import React from 'react';

/**
 * A translated sentence in which some words are set off.
 *
 * The sentence is translated whole, with `%1` given for `%1` and so on, so that each word can stand
 * where the language wants it.
 */
export function Sentence(props: {
  readonly text: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  const words = React.Children.toArray(props.children);
  return (
    <>
      {props.text.split(/%(\d)/).map((part, index) => (
        <React.Fragment key={index}>
          {index % 2 === 0 ? part : words[Number(part) - 1]}
        </React.Fragment>
      ))}
    </>
  );
}
