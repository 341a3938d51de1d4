import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import React from 'react';
import { CommandIDs } from '../commandids';
import type { IActivityProps } from '../components/Activity';
import { Activity } from '../components/Activity';
import type { IPlanProps } from '../components/Plan';
import { Plan } from '../components/Plan';
import type { IRecommendationsProps } from '../components/Recommendations';
import { Recommendations } from '../components/Recommendations';
import type { IPreferred } from '../preferences';
import type { Job, Outcome, Plan as IPlan } from '../wire';

/**
 * What holds without any settings.
 */
export const PREFERRED: IPreferred = { experience: 'advanced', manager: '' };

export const trans = nullTranslator.load('jupyterlab_envcheck');

/**
 * Components with commands that only tell that they ran; each says its id, or the title it is given.
 */
export class Stage {
  constructor() {
    for (const id of Object.values(CommandIDs)) {
      this.commands.addCommand(id, {
        label: args => (typeof args.title === 'string' ? args.title : id),
        execute: args => void this.ran.push([id, args])
      });
    }
  }

  readonly commands = new CommandRegistry();
  readonly ran: [string, unknown][] = [];

  recommendations(
    outcomes: Outcome[],
    props: Partial<IRecommendationsProps> = {}
  ): JSX.Element {
    return (
      <Recommendations
        commands={this.commands}
        dismissed={[]}
        filter={null}
        outcomes={outcomes}
        preferred={PREFERRED}
        system="Linux"
        trans={trans}
        {...props}
      />
    );
  }

  plan(value: IPlan | null, props: Partial<IPlanProps> = {}): JSX.Element {
    return (
      <Plan
        commands={this.commands}
        draft={null}
        plan={value}
        planning={value?.state === 'resolving'}
        preferred={PREFERRED}
        problem={null}
        system="Linux"
        trans={trans}
        {...props}
      />
    );
  }

  activity(job: Job | null, props: Partial<IActivityProps> = {}): JSX.Element {
    return (
      <Activity
        commands={this.commands}
        earlier={[]}
        job={job}
        prefix={job?.plan.target.prefix ?? null}
        problem={null}
        restarted={false}
        spec="climate"
        trans={trans}
        witnessed
        {...props}
      />
    );
  }
}
