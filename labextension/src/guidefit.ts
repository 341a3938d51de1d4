import type { TranslationBundle } from '@jupyterlab/translation';
import type { Experience } from './preferences';
import type { Report } from './wire';

/**
 * Why an entry of the guide is for who reads.
 */
export interface IFit {
  /**
   * The id of the entry.
   */
  readonly entry: string;

  /**
   * Whether it is about the kind of environment that one is in.
   */
  readonly here: boolean;

  /**
   * Why, in one sentence.
   */
  readonly why: string;
}

/**
 * The entries that fit an environment and a person, the most fitting first, each once.
 */
export function guideFits(
  report: Report | null,
  experience: Experience,
  trans: TranslationBundle
): ReadonlyArray<IFit> {
  const fits = [
    ...(report ? Private.here(report, trans) : []),
    ...(report ? Private.read(report, trans) : []),
    ...(report ? Private.seen(report, trans) : []),
    ...(experience === 'beginner' ? Private.first(trans) : [])
  ];
  return fits.filter(
    ({ entry }, index) => fits.findIndex(one => one.entry === entry) === index
  );
}

namespace Private {
  /**
   * The entry about the kind of environment that one is in.
   */
  export function here(
    { facts: { environment } }: Report,
    trans: TranslationBundle
  ): IFit[] {
    const { externally_managed, kind = '', project } = environment.value ?? {};
    const fit = (entry: string, why: string): IFit[] => [
      { entry, here: true, why }
    ];
    if (project) {
      return fit(
        'project-tools',
        trans.__('This environment belongs to a project.')
      );
    }
    if (kind.startsWith('conda')) {
      return fit('pip-and-conda', trans.__('This is a conda environment.'));
    }
    if (externally_managed) {
      return fit(
        'environments',
        trans.__('This Python belongs to the operating system.')
      );
    }
    return kind === ''
      ? []
      : fit('environments', trans.__('This is an environment of Python’s.'));
  }

  /**
   * Those that findings point to.
   */
  export function read({ outcomes }: Report, trans: TranslationBundle): IFit[] {
    return outcomes
      .filter(({ status }) => status === 'finding')
      .flatMap(({ actions, title }) =>
        actions.flatMap(action =>
          action.kind === 'read'
            ? [
                {
                  entry: action.entry,
                  here: false,
                  why: trans.__('About: %1', title)
                }
              ]
            : []
        )
      );
  }

  /**
   * Those to begin with.
   */
  export function first(trans: TranslationBundle): IFit[] {
    return [
      'where-installs-go',
      'environments',
      'which-installer',
      'pip-and-conda',
      'undo'
    ].map(entry => ({ entry, here: false, why: trans.__('To begin with.') }));
  }

  /**
   * Those about what was seen.
   */
  export function seen(
    { facts: { conda, gpus, jupyter, machine } }: Report,
    trans: TranslationBundle
  ): IFit[] {
    const found: [string, boolean | undefined, string][] = [
      [
        'where-installs-go',
        jupyter.value?.same_environment === false,
        trans.__('Jupyter itself runs in another environment.')
      ],
      [
        'gpu',
        (gpus.value?.devices.length ?? 0) > 0,
        trans.__('This machine has a GPU.')
      ],
      [
        'terms',
        conda.value?.config?.channels.includes('defaults'),
        trans.__('Packages come from Anaconda’s own channels.')
      ],
      [
        'threads',
        Boolean(machine.value?.cpus.limited_by),
        trans.__('You may use only some of the CPUs.')
      ]
    ];
    return found
      .filter(([, seenHere]) => seenHere)
      .map(([entry, , why]) => ({ entry, here: false, why }));
  }
}
