import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';
import { planAct } from './components/planwords';
import { nameProblem, pythonProblem } from './components/draftwords';
import type { IDraft } from './plans';

/**
 * Add the commands that make a plan, and that carry it out or put it aside.
 */
export function addPlanCommands(
  commands: CommandRegistry,
  options: ICommandOptions
): void {
  const { model, trans } = options;
  const caption = trans.__(
    'See what this would change; nothing is installed yet'
  );

  const draft = {
    name: trans.__('The name of the environment'),
    packages: trans.__('What is to be in it, separated by spaces'),
    python: trans.__('The version of its Python; empty for the same one'),
    channels: trans.__('Channels for conda, separated by spaces')
  };

  commands.addCommand(CommandIDs.plan, {
    label: args => text(args, 'title') || trans.__('Plan…'),
    caption,
    describedBy: {
      args: strings({
        outcome: trans.__('The id of the outcome in the report'),
        action: trans.__('The id of the action of that outcome'),
        title: trans.__('What the action is called')
      })
    },
    isEnabled: () => model.plannable && model.report !== null,
    execute: args => model.makePlan(text(args, 'outcome'), text(args, 'action'))
  });

  commands.addCommand(CommandIDs.planAlternative, {
    label: args => text(args, 'title') || trans.__('Plan This Instead…'),
    caption,
    describedBy: {
      args: strings({
        plan: trans.__('The id of the plan that is shown'),
        action: trans.__('The id of what would work in its place'),
        title: trans.__('What the action is called')
      })
    },
    isEnabled: args => model.plannable && args.plan === model.plan?.id,
    // A wish may say that a package is built from its source, which runs its code: so none is taken
    // from the arguments, which a link in a notebook could give, but from the plan of that id.
    execute: args =>
      model.makeAlternative(text(args, 'plan'), text(args, 'action'))
  });

  commands.addCommand(CommandIDs.draftEnvironment, {
    label: args => text(args, 'title') || trans.__('Create an Environment…'),
    caption: trans.__('Say what it is called and what is in it'),
    describedBy: {
      args: strings(draft, {
        plan: trans.__('The id of the plan in whose place it would work'),
        title: trans.__('What the button says')
      })
    },
    isEnabled: () => model.plannable && Boolean(model.subject?.kernel),
    execute: args => {
      const origin = model.originOf(text(args, 'plan'));
      return model.draftEnvironment({
        ...Private.draft(args),
        ...(origin !== null && { origin })
      });
    }
  });

  commands.addCommand(CommandIDs.planEnvironment, {
    label: trans.__('See the Plan'),
    caption: trans.__('See what would be made, and where; nothing is made yet'),
    describedBy: {
      args: strings(draft)
    },
    isEnabled: args =>
      model.plannable &&
      Boolean(model.subject?.kernel) &&
      nameProblem(text(args, 'name'), trans) === null &&
      pythonProblem(text(args, 'python'), trans) === null,
    execute: args => model.makeEnvironment(Private.draft(args))
  });

  commands.addCommand(CommandIDs.goBack, {
    label: trans.__('Go Back to Before…'),
    caption: trans.__(
      'See what it would change to have the versions of before this job again'
    ),
    describedBy: {
      args: strings({ id: trans.__('The id of the job') })
    },
    isEnabled: () => model.plannable,
    execute: args => model.goBack(text(args, 'id'))
  });

  commands.addCommand(CommandIDs.dropPlan, {
    label: () =>
      model.installable || model.planning || model.starting || model.draft
        ? trans.__('Cancel')
        : trans.__('Close'),
    caption: trans.__('Put this plan aside: nothing is changed'),
    describedBy: { args: NOTHING },
    isEnabled: () => !model.starting,
    execute: () => model.dropPlan()
  });

  commands.addCommand(CommandIDs.install, {
    label: () =>
      model.plan ? planAct(model.plan, trans) : trans.__('Carry Out the Plan'),
    caption: trans.__('Carry out exactly this plan'),
    describedBy: {
      args: strings({ plan: trans.__('The id of the plan') })
    },
    isEnabled: args => model.installable && args.plan === model.plan?.id,
    // A link in a notebook can name a command, and `execute` is not stopped by `isEnabled`: the id,
    // which is random and known only where the plan is drawn, keeps such a link from installing.
    execute: args => model.install(text(args, 'plan'))
  });
}

namespace Private {
  export function draft(args: ReadonlyPartialJSONObject): IDraft {
    const channels = text(args, 'channels');
    return {
      name: text(args, 'name'),
      packages: text(args, 'packages'),
      python: text(args, 'python'),
      ...(channels && { channels })
    };
  }
}
