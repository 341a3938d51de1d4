import React from 'react';
import { commandLine } from '../commandline';
import { warningIcon } from '../icons';
import { anyChange, doesSomething } from '../plans';
import type { IPreferred } from '../preferences';
import type { Plan } from '../wire';
import { alternatives } from '../wishes';
import { Alternatives } from './Alternatives';
import { Changes } from './Changes';
import type { IComponentProps } from './CommandButton';
import { Kernelspec } from './Kernelspec';
import { planConsequences, planNews, planTitle } from './planwords';
import { Sentence } from './Sentence';

/**
 * Properties of a plan that is ready.
 */
export interface IReadyPlanProps extends IComponentProps {
  readonly plan: Plan;
  readonly preferred: IPreferred;
  readonly system: string | null;
}

/**
 * A plan that is ready: what it would change, and what follows from that.
 */
export function ReadyPlan(props: IReadyPlanProps): JSX.Element {
  const { plan, trans } = props;
  if (!doesSomething(plan)) {
    return plan.warnings.length > 0 ? (
      <Warnings warnings={plan.warnings} />
    ) : (
      <p>{planNews(plan, trans)}</p>
    );
  }
  return (
    <>
      <p title={plan.target.prefix}>
        <Sentence text={planTitle(plan, trans)}>
          <b>{plan.target.name}</b>
        </Sentence>
      </p>
      <p className="jp-Envcheck-path">{plan.target.prefix}</p>
      {anyChange(plan.changes) && (
        <Changes changes={plan.changes} trans={trans} />
      )}
      {plan.kernelspec && (
        <Kernelspec
          kernelspec={plan.kernelspec}
          // Against the kernel it is made from, the difference is what one wants to see.
          open={plan.wish.kind === 'set-environment'}
          trans={trans}
        />
      )}
      <Warnings warnings={plan.warnings} />
      <p className="jp-Envcheck-aside">
        {planConsequences(plan, trans).join(' ')}
      </p>
      <Exactly {...props} />
      <Alternatives
        {...props}
        actions={alternatives(plan)}
        heading={trans.__('What would work, too')}
      />
    </>
  );
}

function Warnings(props: {
  readonly warnings: ReadonlyArray<string>;
}): JSX.Element {
  return (
    <>
      {props.warnings.map((warning, index) => (
        <p key={index} className="jp-Envcheck-caution">
          <warningIcon.react tag="span" aria-hidden />
          <span>{warning}</span>
        </p>
      ))}
    </>
  );
}

function Exactly(props: IReadyPlanProps): JSX.Element | null {
  const { plan, system, trans } = props;
  if (plan.argv.length === 0) {
    return null;
  }
  return (
    <details className="jp-Envcheck-exact">
      <summary>
        {trans._n('The exact command', 'The exact commands', plan.argv.length)}
      </summary>
      <code className="jp-Envcheck-command">
        {plan.argv.map(argv => commandLine(argv, system)).join('\n')}
      </code>
    </details>
  );
}
