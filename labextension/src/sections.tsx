import { VDomRenderer } from '@jupyterlab/ui-components';
import React from 'react';
import { Activity } from './components/Activity';
import { Live } from './components/Live';
import { LookAgain } from './components/LookAgain';
import { Notice } from './components/Notice';
import { Plan } from './components/Plan';
import { Problem } from './components/Problem';
import { problemWords } from './components/problemwords';
import { Recommendations } from './components/Recommendations';
import { Summary } from './components/Summary';
import { Where } from './components/Where';
import type { IShown } from './dismissals';
import { withoutDismissed } from './dismissals';
import { noteIcon } from './icons';
import type { EnvcheckModel } from './model';
import type { ISectionOptions } from './section';
import type { Report } from './wire';

export { EnvironmentSection, GuideSection } from './factsections';
export { PackagesSection } from './packagessection';

/**
 * A part of the panel: draws what the model knows whenever that changes.
 */
abstract class Section extends VDomRenderer<EnvcheckModel> {
  constructor(protected readonly options: ISectionOptions) {
    super(options.model);
    this.addClass('jp-Envcheck-section');
    // It takes the focus of what goes from it.
    this.node.tabIndex = -1;
  }

  /**
   * A report without what is dismissed in its environment.
   */
  protected shown(report: Report): IShown {
    const prefix = report.facts.environment.value?.prefix ?? '';
    const { preferences } = this.options.model;
    return withoutDismissed(report, preferences.dismissed(prefix));
  }
}

/**
 * The head of the panel: where one is, and the report in one line; or why there is none.
 */
export class HeadSection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { changed, filter, lookable, looking } = model;
    const { problem, report, subject } = model;
    const shown = report && this.shown(report);
    return (
      <>
        {(report || (looking && !problem)) && (
          <Where
            commands={commands}
            looking={looking}
            preferred={model.preferences}
            report={report}
            stale={problem !== null}
            state={subject?.state ?? 'none'}
            trans={trans}
          />
        )}
        {problem && <Problem problem={problem} trans={trans} />}
        {problem && !report && (lookable || looking) && (
          <LookAgain commands={commands} />
        )}
        {changed && (
          <>
            <Notice icon={noteIcon} title={this.changedWords()} />
            <LookAgain commands={commands} args={{ remember: true }} />
          </>
        )}
        {shown && (
          <Summary
            commands={commands}
            dismissed={shown.dismissed.length}
            filter={filter}
            summary={shown.summary}
            trans={trans}
          />
        )}
        <Live text={this.news()} />
      </>
    );
  }

  private changedWords(): string {
    return this.options.trans.__(
      'Something was installed or removed here since this look.'
    );
  }

  /**
   * What to say aloud: what went wrong, that the report is old, and how a look fares that the user
   * asked for.
   */
  private news(): string {
    const { model, trans } = this.options;
    const { asked, changed, looking, problem, report } = model;
    if (asked && looking) {
      return trans.__('Looking…');
    }
    if (problem) {
      return problemWords(problem, trans)[0];
    }
    if (changed) {
      return this.changedWords();
    }
    return asked && report
      ? trans.__('Looked at %1.', new Date(report.at).toLocaleTimeString())
      : '';
  }
}

/**
 * What to do, worst first.
 */
export class RecommendationsSection extends Section {
  protected render(): JSX.Element {
    const { commands, model, trans } = this.options;
    const { filter, report, subject } = model;
    if (!report) {
      return (
        <Notice
          icon={noteIcon}
          title={trans.__('Nothing is known of this environment yet.')}
        />
      );
    }
    const { dismissed, outcomes } = this.shown(report);
    return (
      <Recommendations
        // Another document or kernel begins with its own first error opened.
        key={`${subject?.document} ${subject?.kernel}`}
        commands={commands}
        dismissed={dismissed}
        filter={filter}
        outcomes={outcomes}
        preferred={model.preferences}
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
    const { draft, plan, planning, planProblem, report } = model;
    return (
      <Plan
        commands={commands}
        draft={draft}
        omissible={model.restoring.omissible !== null}
        plan={plan}
        planning={planning}
        preferred={model.preferences}
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
    const { earlier, job, jobProblem, report, restarted } = model;
    const { subject, witnessed } = model;
    return (
      <Activity
        commands={commands}
        earlier={earlier}
        job={job}
        prefix={report?.facts.environment.value?.prefix ?? null}
        problem={jobProblem}
        restarted={restarted}
        spec={subject?.spec ?? null}
        trans={trans}
        witnessed={witnessed}
      />
    );
  }
}
