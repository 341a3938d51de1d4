import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';
import { CommandIDs } from './commandids';
import { Activity } from './components/Activity';
import { CommandButton } from './components/CommandButton';
import { Plan } from './components/Plan';
import { Problem } from './components/Problem';
import { Recommendations } from './components/Recommendations';
import { Summary } from './components/Summary';
import { Where } from './components/Where';
import type { EnvcheckModel } from './model';

/**
 * A part of the panel: draws what the model knows whenever that changes.
 */
abstract class Section extends VDomRenderer<EnvcheckModel> {
  constructor(protected readonly options: Section.IOptions) {
    super(options.model);
    this.addClass('jp-Envcheck-section');
  }
}

namespace Section {
  export interface IOptions {
    readonly commands: CommandRegistry;
    readonly model: EnvcheckModel;
    readonly trans: TranslationBundle;
  }
}

/**
 * The head of the panel: where one is, and the report in one line; or why there is none.
 */
export class HeadSection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { filter, lookable, looking, problem, report, subject } = model;
    return (
      <>
        {(report || looking) && (
          <Where
            commands={commands}
            looking={looking}
            report={report}
            stale={looking || problem !== null}
            state={subject?.state ?? 'none'}
            trans={trans}
          />
        )}
        {problem && <Problem problem={problem} trans={trans} />}
        {problem && !report && lookable && (
          <div className="jp-Envcheck-retry">
            <CommandButton commands={commands} id={CommandIDs.look} />
          </div>
        )}
        {report && (
          <Summary
            commands={commands}
            filter={filter}
            summary={report.summary}
            trans={trans}
          />
        )}
      </>
    );
  }
}

/**
 * What to do, worst first.
 */
export class RecommendationsSection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { filter, report } = model;
    if (!report) {
      return (
        <p className="jp-Envcheck-empty">
          {trans.__('Nothing is known of this environment yet.')}
        </p>
      );
    }
    return (
      <Recommendations
        // Another environment begins with its own first error opened.
        key={report.target.kernel_id ?? report.target.name}
        commands={commands}
        filter={filter}
        outcomes={report.outcomes}
        system={report.facts.machine.value?.system ?? null}
        trans={trans}
      />
    );
  }
}

/**
 * What would be done.
 */
export class PlanSection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { plan, planning, planProblem, report } = model;
    return (
      <Plan
        commands={commands}
        plan={plan}
        planning={planning}
        problem={planProblem}
        system={report?.facts.machine.value?.system ?? null}
        trans={trans}
      />
    );
  }
}

/**
 * What runs and what ran.
 */
export class ActivitySection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { earlier, job, jobProblem, report } = model;
    return (
      <Activity
        commands={commands}
        earlier={earlier}
        job={job}
        prefix={report?.facts.environment.value?.prefix ?? null}
        problem={jobProblem}
        trans={trans}
      />
    );
  }
}
