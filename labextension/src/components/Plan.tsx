import React from 'react';
import type { IProblem } from '../api';
import { commandLine } from '../commandline';
import { CommandIDs } from '../commandids';
import { warningIcon } from '../icons';
import type { Plan as IPlan } from '../wire';
import { Action } from './Action';
import { anyChange, Changes } from './Changes';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Focused } from './Focused';
import { planConsequences, planTitle } from './planwords';
import { Problem } from './Problem';
import { Sentence } from './Sentence';

/**
 * Properties of the plan.
 */
export interface IPlanProps extends IComponentProps {
  readonly plan: IPlan | null;
  readonly planning: boolean;
  readonly problem: IProblem | null;
  readonly system: string | null;
}

/**
 * What would be done, seen before anything runs.
 */
export function Plan(props: IPlanProps): JSX.Element {
  const { commands, plan, planning, problem, trans } = props;
  if (!plan && !planning && !problem) {
    return (
      <p className="jp-Envcheck-empty">
        {trans.__(
          'Nothing is planned. Choose an install above to see what it would change.'
        )}
      </p>
    );
  }
  return (
    <Focused label={trans.__('Plan')}>
      <div role="status">
        {planning && (
          <>
            <p>{trans.__('Working out what would change…')}</p>
            <progress
              className="jp-Envcheck-progress"
              aria-label={trans.__('Working out what would change')}
            />
          </>
        )}
      </div>
      {plan?.state === 'ready' && <Ready {...props} plan={plan} />}
      {plan?.failure && <Problem problem={plan.failure} trans={trans} />}
      {problem && <Problem problem={problem} trans={trans} />}
      <div className="jp-Envcheck-buttons">
        {plan?.state === 'ready' && !plan.refusal && (
          <CommandButton
            commands={commands}
            id={CommandIDs.install}
            look="primary"
          />
        )}
        <CommandButton commands={commands} id={CommandIDs.dropPlan} />
      </div>
    </Focused>
  );
}

function Ready(props: IPlanProps & { readonly plan: IPlan }): JSX.Element {
  const { plan, system, trans } = props;
  if (plan.refusal) {
    return <Refusal {...props} plan={plan} />;
  }
  const changes = anyChange(plan.changes);
  return (
    <>
      <p title={plan.target.prefix}>
        <Sentence text={planTitle(plan, trans)}>
          <b>{plan.target.name}</b>
        </Sentence>
      </p>
      <p className="jp-Envcheck-path">{plan.target.prefix}</p>
      {changes ? (
        <Changes changes={plan.changes} trans={trans} />
      ) : (
        <p>{trans.__('Everything asked for is there already.')}</p>
      )}
      {plan.warnings.map((warning, index) => (
        <p key={index} className="jp-Envcheck-caution">
          <warningIcon.react tag="span" aria-hidden />
          <span>{warning}</span>
        </p>
      ))}
      {changes && (
        <p className="jp-Envcheck-aside">
          {planConsequences(plan, trans).join(' ')}
        </p>
      )}
      {plan.argv.length > 0 && (
        <details className="jp-Envcheck-exact">
          <summary>
            {trans._n(
              'The exact command',
              'The exact commands',
              plan.argv.length
            )}
          </summary>
          <code className="jp-Envcheck-command">
            {plan.argv.map(argv => commandLine(argv, system)).join('\n')}
          </code>
        </details>
      )}
    </>
  );
}

/**
 * A wish that was understood and is not carried out: why not, and what would work.
 */
function Refusal(
  props: IPlanProps & { readonly plan: IPlan }
): JSX.Element | null {
  const { commands, plan, system, trans } = props;
  if (!plan.refusal) {
    return null;
  }
  return (
    <>
      <p>
        <Sentence text={trans.__('Nothing is installed into %1.', '%1')}>
          <b>{plan.target.name}</b>
        </Sentence>
      </p>
      <p className="jp-Envcheck-caution">
        <warningIcon.react tag="span" aria-hidden />
        <span>{plan.refusal.text}</span>
      </p>
      {plan.refusal.alternatives.length > 0 && (
        <h3 className="jp-Envcheck-heading">{trans.__('What would work')}</h3>
      )}
      {plan.refusal.alternatives.map(action => (
        <Action
          key={action.id}
          action={action}
          commands={commands}
          outcome={null}
          system={system}
          trans={trans}
        />
      ))}
    </>
  );
}
