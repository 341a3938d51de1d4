import React, { useEffect, useState } from 'react';

/**
 * Properties of a field to search with.
 */
export interface ISearchProps {
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly onKeyDown?: (event: React.KeyboardEvent) => void;
  readonly value: string;
}

/**
 * A field to find something with as one types.
 */
export const Search = React.forwardRef<HTMLInputElement, ISearchProps>(
  function Search({ label, onChange, onKeyDown, value }, ref) {
    // What is typed is drawn at once, and not when the panel gets to it: the caret would jump.
    const [text, setText] = useState(value);
    useEffect(() => setText(value), [value]);
    return (
      <input
        ref={ref}
        className="jp-mod-styled jp-Envcheck-search"
        aria-label={label}
        autoComplete="off"
        onChange={event => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onKeyDown={onKeyDown}
        placeholder={label}
        spellCheck={false}
        type="search"
        value={text}
      />
    );
  }
);
