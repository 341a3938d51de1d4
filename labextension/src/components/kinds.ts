import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { condaIcon, systemIcon, venvIcon } from '../icons';

/**
 * The icon of a kind of environment.
 */
export function kindIcon(id: string | undefined): LabIcon {
  switch (id) {
    case 'conda':
    case 'conda-base':
    case 'pixi':
      return condaIcon;
    case 'system':
    case 'homebrew':
    case 'pyenv':
    case 'store':
    case 'framework':
      return systemIcon;
    default:
      return venvIcon;
  }
}

/**
 * What a kind of environment is called.
 */
export function kindName(id: string, trans: TranslationBundle): string {
  switch (id) {
    case 'uv-venv':
      return trans.__('uv venv');
    case 'conda-base':
      return trans.__('conda base');
    case 'system':
      return trans.__('system Python');
    case 'store':
      return trans.__('Microsoft Store Python');
    case 'homebrew':
      return trans.__('Homebrew Python');
    case 'pyenv':
      return trans.__('pyenv Python');
    default:
      // Tools' own names, such as conda or Poetry's, are not translated.
      return id;
  }
}
