import React from 'react';
import { warningIcon } from '../icons';
import type { IPreferred } from '../preferences';
import type { Plan, Refusal as IRefusal } from '../wire';
import { Alternatives } from './Alternatives';
import type { IComponentProps } from './CommandButton';
import { planRefused } from './planwords';
import { Sentence } from './Sentence';

/**
 * Properties of a refusal.
 */
export interface IRefusalProps extends IComponentProps {
  readonly plan: Plan;
  readonly preferred: IPreferred;
  readonly refusal: IRefusal;
  readonly system: string | null;
}

/**
 * A wish that was understood and is not carried out: why not, and what would work.
 */
export function Refusal(props: IRefusalProps): JSX.Element {
  const { plan, refusal, trans } = props;
  return (
    <>
      <p>
        <Sentence text={planRefused(plan, trans)}>
          <b>{plan.target.name}</b>
        </Sentence>
      </p>
      <p className="jp-Envcheck-caution">
        <warningIcon.react tag="span" aria-hidden />
        <span>{refusal.text}</span>
      </p>
      <Alternatives
        {...props}
        actions={refusal.alternatives}
        heading={trans.__('What would work')}
      />
    </>
  );
}
