import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import React, { useEffect, useLayoutEffect, useRef } from 'react';
import { CommandIDs } from '../commandids';
import { CommandButton } from './CommandButton';

/**
 * A button to look again where there is no report, or an old one; it goes when one comes, and hands
 * the focus on.
 */
export function LookAgain(props: {
  readonly commands: CommandRegistry;
  readonly args?: ReadonlyPartialJSONObject;
}): JSX.Element {
  const node = useRef<HTMLDivElement>(null);
  const focused = useRef(false);
  useLayoutEffect(() => {
    const here = node.current;
    return () => {
      focused.current = here?.contains(document.activeElement) ?? false;
    };
  }, []);
  useEffect(
    () => () => {
      if (focused.current && document.activeElement === document.body) {
        document
          .querySelector<HTMLElement>('.jp-Envcheck .jp-Envcheck-refresh')
          ?.focus();
      }
    },
    []
  );
  return (
    <div ref={node} className="jp-Envcheck-underNotice">
      <CommandButton
        commands={props.commands}
        id={CommandIDs.look}
        args={props.args}
      />
    </div>
  );
}
