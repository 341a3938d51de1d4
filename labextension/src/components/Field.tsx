import React, { useId } from 'react';

/**
 * Properties of a field.
 */
export interface IFieldProps {
  /**
   * What it is for; in its place, what is wrong with what is in it.
   */
  readonly hint: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly value: string;

  /**
   * Whether what is in it is wrong.
   */
  readonly wrong?: boolean;
}

/**
 * A line of text that a person types.
 */
export const Field = React.forwardRef<HTMLInputElement, IFieldProps>(
  function Field(props, ref) {
    const { hint, label, onChange, placeholder, value, wrong = false } = props;
    const id = useId();
    return (
      <div className="jp-Envcheck-field">
        <label htmlFor={id}>{label}</label>
        <input
          ref={ref}
          id={id}
          className="jp-mod-styled"
          aria-describedby={`${id}-hint`}
          aria-invalid={wrong}
          autoComplete="off"
          onChange={event => onChange(event.target.value)}
          placeholder={placeholder}
          spellCheck={false}
          value={value}
        />
        <p id={`${id}-hint`} className="jp-Envcheck-label">
          {hint}
        </p>
      </div>
    );
  }
);
