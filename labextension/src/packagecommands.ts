import type { CommandRegistry } from '@lumino/commands';
import { NOTHING, strings, text } from './commandargs';
import { CommandIDs } from './commandids';
import type { ICommandOptions } from './commands';
import { chooseFile, saveFile } from './files';

/**
 * Add the commands of the packages and of the guide.
 */
export function addPackageCommands(
  commands: CommandRegistry,
  { model, trans }: ICommandOptions
): void {
  const plannable = (): boolean =>
    model.plannable && Boolean(model.subject?.kernel);

  commands.addCommand(CommandIDs.planPackage, {
    label: args => {
      const spec = text(args, 'spec');
      if (text(args, 'title')) {
        return text(args, 'title');
      }
      switch (args.kind) {
        case 'remove':
          return trans.__('Remove %1…', spec);
        case 'update':
          return trans.__('Update %1…', spec);
        default:
          return trans.__('Install %1…', spec);
      }
    },
    caption: trans.__('See what this would change; nothing is changed yet'),
    describedBy: {
      args: strings(
        {
          kind: trans.__('Whether to install, update or remove it'),
          spec: trans.__('The name of the package, with a version if wanted')
        },
        { title: trans.__('What the button says') }
      )
    },
    isEnabled: plannable,
    // What a link in a notebook names is planned, too, and done by nobody who has not seen the plan.
    execute: async ({ kind, spec }) => {
      if (
        (kind === 'install' || kind === 'update' || kind === 'remove') &&
        typeof spec === 'string'
      ) {
        await model.makeWish({ kind, specs: [spec] });
      }
    }
  });

  commands.addCommand(CommandIDs.otherVersion, {
    label: trans.__('Other Version…'),
    caption: trans.__('Type the version that you want'),
    describedBy: {
      args: strings({ name: trans.__('The name of the package') })
    },
    execute: args => model.packages.begin(`${text(args, 'name')}==`)
  });

  commands.addCommand(CommandIDs.showUpdates, {
    label: trans.__('Show Updates'),
    caption: trans.__('Ask the package index which have newer releases'),
    describedBy: { args: NOTHING },
    isEnabled: () => !model.packages.asking && Boolean(model.subject?.kernel),
    execute: () => model.packages.ask()
  });

  commands.addCommand(CommandIDs.onlyUpdates, {
    label: trans.__('Show Only Packages With Newer Releases'),
    caption: () =>
      model.packages.onlyOutdated
        ? trans.__('Show all packages')
        : trans.__('Show only these'),
    describedBy: { args: NOTHING },
    isToggleable: true,
    isToggled: () => model.packages.onlyOutdated,
    execute: () => {
      model.packages.onlyOutdated = !model.packages.onlyOutdated;
    }
  });

  commands.addCommand(CommandIDs.restoreEnvironment, {
    label: trans.__('Restore from a File…'),
    caption: trans.__(
      'Choose a file that describes an environment, and see what it would take to make it'
    ),
    describedBy: { args: NOTHING },
    isEnabled: plannable,
    execute: async () => {
      const file = await chooseFile('.yml,.yaml,.txt');
      if (file !== null) {
        await model.restoring.restore(file);
      }
    }
  });

  commands.addCommand(CommandIDs.omit, {
    label: () =>
      model.restoring.omissible === 'builds'
        ? trans.__('Go On Without the Builds…')
        : trans.__('Go On Without These Lines…'),
    caption: trans.__('See what it would take to make the rest of the file'),
    describedBy: { args: NOTHING },
    isEnabled: () => plannable() && model.restoring.omissible !== null,
    execute: () => model.restoring.omit()
  });

  commands.addCommand(CommandIDs.exportEnvironment, {
    label: trans.__('Export Environment…'),
    caption: trans.__(
      'Save a file of which this environment can be made again'
    ),
    describedBy: { args: NOTHING },
    isEnabled: () => Boolean(model.subject?.kernel),
    execute: async () => {
      const file = await model.packages.export();
      if (file) {
        saveFile(file.name, file.text);
      }
    }
  });

  commands.addCommand(CommandIDs.openGuide, {
    label: args => text(args, 'title') || trans.__('Read the Guide'),
    describedBy: {
      args: strings(
        { entry: trans.__('The id of the entry') },
        { title: trans.__('What the entry is called') }
      )
    },
    execute: async args => {
      if (text(args, 'entry')) {
        model.guide.read(text(args, 'entry'));
      }
      await model.guide.load();
    }
  });
}
