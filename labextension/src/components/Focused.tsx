import React, { useEffect, useRef } from 'react';

/**
 * Takes the focus when it comes, and gives it back when it goes.
 */
export function Focused(props: {
  readonly label: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  const node = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    node.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, []);
  return (
    <div
      ref={node}
      className="jp-Envcheck-plan"
      role="group"
      aria-label={props.label}
      tabIndex={-1}
    >
      {props.children}
    </div>
  );
}
