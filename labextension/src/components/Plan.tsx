import React from 'react';
import type { IProblem } from '../api';
import { commandLine } from '../commandline';
import { CommandIDs } from '../commandids';
import { noteIcon, warningIcon } from '../icons';
import { anyChange } from '../plans';
import type { Plan as IPlan } from '../wire';
import { Action, ActionButton } from './Action';
import { Changes } from './Changes';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Focused } from './Focused';
import { Live } from './Live';
import { Notice } from './Notice';
import {
  planConsequences,
  planNews,
  planRefused,
  planTitle
} from './planwords';
import { Problem } from './Problem';
import { problemWords } from './problemwords';
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
  const { plan, planning, problem, trans } = props;
  const nothing = !plan && !planning && !problem;
  const failure = problem ?? plan?.failure;
  return (
    <>
      {nothing ? (
        <Notice icon={noteIcon} title={trans.__('Nothing is planned.')}>
          {trans.__('Choose an install above to see what it would change.')}
        </Notice>
      ) : (
        <Planned {...props} />
      )}
      <Live
        text={
          failure
            ? problemWords(failure, trans)[0]
            : planning
              ? trans.__('Working out what would change…')
              : plan
                ? planNews(plan, trans)
                : ''
        }
      />
    </>
  );
}

function Planned(props: IPlanProps): JSX.Element {
  const { commands, plan, planning, problem, trans } = props;
  return (
    <Focused label={trans.__('Plan')}>
      {planning && (
        <>
          <p>{trans.__('Working out what would change…')}</p>
          <progress
            className="jp-Envcheck-progress"
            aria-label={trans.__('Working out what would change')}
          />
        </>
      )}
      {plan?.state === 'ready' && <Ready {...props} plan={plan} />}
      {plan?.failure && <Problem problem={plan.failure} trans={trans} />}
      {problem && <Problem problem={problem} trans={trans} />}
      <div className="jp-Envcheck-buttons">
        {plan?.state === 'ready' &&
          !plan.refusal &&
          anyChange(plan.changes) && (
            <CommandButton
              commands={commands}
              id={CommandIDs.install}
              args={{ plan: plan.id }}
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
  if (!anyChange(plan.changes)) {
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
      <Changes changes={plan.changes} trans={trans} />
      <Warnings warnings={plan.warnings} />
      <p className="jp-Envcheck-aside">
        {planConsequences(plan, trans).join(' ')}
      </p>
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
        <Sentence text={planRefused(plan, trans)}>
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
        <React.Fragment key={action.id}>
          <ActionButton action={action} commands={commands} outcome={null} />
          <Action
            action={action}
            commands={commands}
            system={system}
            trans={trans}
          />
        </React.Fragment>
      ))}
    </>
  );
}
