import { Button } from '@jupyterlab/ui-components';
import React, { useId } from 'react';

/**
 * Properties of tabs.
 */
export interface ITabsProps {
  readonly children: React.ReactNode;
  readonly choose: (id: string) => void;

  /**
   * The id of the tab whose panel is shown.
   */
  readonly chosen: string;

  /**
   * What one chooses between.
   */
  readonly label: string;

  /**
   * Id and name of each.
   */
  readonly names: ReadonlyArray<readonly [string, string]>;
}

/**
 * Tabs over one panel, to be walked through with the arrow keys.
 */
export function Tabs(props: ITabsProps): JSX.Element {
  const { children, choose, chosen, label, names } = props;
  const id = useId();
  const index = names.findIndex(([tab]) => tab === chosen);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const next = (index + step + names.length) % names.length;
      choose(names[next][0]);
      event.currentTarget
        .querySelectorAll<HTMLElement>('[role="tab"]')
        [next].focus();
    }
  };
  return (
    <>
      <div
        className="jp-Envcheck-tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        {names.map(([tab, name]) => (
          <Button
            key={tab}
            id={`${id}-${tab}`}
            className="jp-Envcheck-tab"
            role="tab"
            aria-controls={id}
            aria-selected={tab === chosen}
            onClick={() => choose(tab)}
            tabIndex={tab === chosen ? 0 : -1}
          >
            {name}
          </Button>
        ))}
      </div>
      <div id={id} role="tabpanel" aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  );
}
