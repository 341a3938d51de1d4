import React from 'react';
import type { IPreferred } from '../preferences';
import type { Plan } from '../wire';
import type { IAction } from '../wishes';
import { Action } from './Action';
import { ActionButton } from './ActionButton';
import type { IComponentProps } from './CommandButton';

/**
 * Properties of alternatives.
 */
export interface IAlternativesProps extends IComponentProps {
  readonly actions: ReadonlyArray<IAction>;
  readonly heading: string;
  readonly plan: Plan;
  readonly preferred: IPreferred;
  readonly system: string | null;
}

/**
 * What would work in place of a plan, or beside it.
 */
export function Alternatives(props: IAlternativesProps): JSX.Element | null {
  const { actions, commands, heading, plan, preferred, system, trans } = props;
  if (actions.length === 0) {
    return null;
  }
  return (
    <>
      <h3 className="jp-Envcheck-heading">{heading}</h3>
      {actions.map((action, index) => (
        // Two may be of one kind, and so of one id.
        <React.Fragment key={index}>
          <ActionButton
            action={action}
            commands={commands}
            of={{ plan: plan.id }}
            trans={trans}
          />
          <Action
            action={action}
            beside={actions}
            commands={commands}
            preferred={preferred}
            system={system}
            trans={trans}
          />
        </React.Fragment>
      ))}
    </>
  );
}
