import React, { useEffect, useRef, useState } from 'react';

/**
 * Takes the focus when it comes, and gives it back when it goes and takes it along.
 */
export function Focused(props: {
  readonly label: string;

  /**
   * What is in it: where that changes and takes the focus along, it takes it itself.
   */
  readonly step?: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  const { children, label, step } = props;
  const node = useRef<HTMLDivElement>(null);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    // A field in it may have taken it already.
    if (!node.current?.contains(document.activeElement)) {
      node.current?.focus();
    }
    return () => {
      // Who went on to something else is not called back.
      const lost = document.activeElement === document.body;
      if (lost && before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [before]);
  useEffect(() => {
    if (document.activeElement === document.body) {
      node.current?.focus();
    }
  }, [step]);
  return (
    <div
      ref={node}
      className="jp-Envcheck-plan"
      role="group"
      aria-label={label}
      tabIndex={-1}
    >
      {children}
    </div>
  );
}
