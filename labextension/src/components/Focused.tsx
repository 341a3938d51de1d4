import React, { useEffect, useRef } from 'react';

/**
 * Takes the focus when it comes, and gives it back when it goes and takes it along.
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
      // Who went on to something else is not called back.
      const lost = document.activeElement === document.body;
      if (lost && before instanceof HTMLElement && before.isConnected) {
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
