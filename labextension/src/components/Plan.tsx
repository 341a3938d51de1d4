import React from 'react';
import type { IProblem } from '../api';
import { CommandIDs } from '../commandids';
import { noteIcon } from '../icons';
import type { IDraft } from '../plans';
import { doesSomething } from '../plans';
import type { IPreferred } from '../preferences';
import type { Plan as IPlan } from '../wire';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { Draft } from './Draft';
import { Focused } from './Focused';
import { Live } from './Live';
import { Notice } from './Notice';
import { planNews } from './planwords';
import { Problem } from './Problem';
import { problemWords } from './problemwords';
import { ReadyPlan } from './ReadyPlan';
import { Refusal } from './Refusal';

/**
 * Properties of the plan.
 */
export interface IPlanProps extends IComponentProps {
  /**
   * The environment that the user is asked about before there is a plan.
   */
  readonly draft: IDraft | null;

  /**
   * Whether the file of which it is made can be gone on with, without what is refused of it.
   */
  readonly omissible?: boolean;
  readonly plan: IPlan | null;
  readonly planning: boolean;
  readonly preferred: IPreferred;
  readonly problem: IProblem | null;
  readonly system: string | null;
}

/**
 * Why the server does not carry out a plan that someone else may: installs are switched off, or not
 * this user's to make.
 */
const NOT_ALLOWED = ['not-allowed', 'forbidden'];

/**
 * What would be done, seen before anything runs.
 */
export function Plan(props: IPlanProps): JSX.Element {
  const { draft, plan, planning, problem, trans } = props;
  const nothing = !draft && !plan && !planning && !problem;
  const failure = problem ?? plan?.failure;
  return (
    <>
      {nothing ? <Nothing {...props} /> : <Planned {...props} />}
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

function Nothing({ commands, trans }: IComponentProps): JSX.Element {
  return (
    <>
      <Notice icon={noteIcon} title={trans.__('Nothing is planned.')}>
        {trans.__('Choose an install above to see what it would change.')}
      </Notice>
      <div className="jp-Envcheck-underNotice">
        <CommandButton
          commands={commands}
          id={CommandIDs.draftEnvironment}
          args={{ name: 'proj', packages: '', python: '' }}
        />
      </div>
    </>
  );
}

function Planned(props: IPlanProps): JSX.Element {
  const { commands, draft, plan, planning, problem, system, trans } = props;
  const { omissible, preferred } = props;
  return (
    <Focused label={trans.__('Plan')} step={draft ? 'draft' : 'plan'}>
      {planning && (
        <>
          <p>{trans.__('Working out what would change…')}</p>
          <progress
            className="jp-Envcheck-progress"
            aria-label={trans.__('Working out what would change')}
          />
        </>
      )}
      {plan?.state === 'ready' &&
        (plan.refusal ? (
          <Refusal
            commands={commands}
            plan={plan}
            preferred={preferred}
            refusal={plan.refusal}
            system={system}
            trans={trans}
          />
        ) : (
          <ReadyPlan
            commands={commands}
            plan={plan}
            preferred={preferred}
            system={system}
            trans={trans}
          />
        ))}
      {plan?.failure && <Problem problem={plan.failure} trans={trans} />}
      {draft ? (
        <>
          {problem && <Problem problem={problem} trans={trans} />}
          <Draft commands={commands} draft={draft} trans={trans} />
        </>
      ) : (
        <div className="jp-Envcheck-buttons">
          {problem && <Problem problem={problem} trans={trans} />}
          {omissible && (
            <CommandButton
              commands={commands}
              id={CommandIDs.omit}
              look="primary"
            />
          )}
          <PlanButtons
            allowed={!NOT_ALLOWED.includes(problem?.reason ?? '')}
            commands={commands}
            plan={plan}
            trans={trans}
          />
        </div>
      )}
    </Focused>
  );
}

/**
 * What can be done with a plan, or with one that is on its way.
 */
function PlanButtons(
  props: IComponentProps & {
    readonly allowed: boolean;
    readonly plan: IPlan | null;
  }
): JSX.Element {
  const { allowed, commands, plan, trans } = props;
  return (
    <>
      {plan?.state === 'ready' &&
        !plan.refusal &&
        doesSomething(plan) &&
        (allowed ? (
          <CommandButton
            commands={commands}
            id={CommandIDs.install}
            args={{ plan: plan.id }}
            look="primary"
          />
        ) : (
          <CommandButton
            commands={commands}
            id={CommandIDs.copyRequest}
            args={{ plan: plan.id }}
            done={trans.__('Copied')}
            look="primary"
          />
        ))}
      <CommandButton commands={commands} id={CommandIDs.dropPlan} />
      {plan?.wish.kind === 'create' && plan.state !== 'resolving' && (
        <CommandButton
          commands={commands}
          id={CommandIDs.draftEnvironment}
          args={{
            name: plan.wish.name ?? plan.target.name,
            packages: plan.wish.specs.join(' '),
            python: plan.wish.python ?? '',
            ...(plan.wish.channels.length > 0 && {
              channels: plan.wish.channels.join(' ')
            }),
            title: trans.__('Change…')
          }}
        />
      )}
    </>
  );
}
