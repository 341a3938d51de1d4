import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * What a family of checks is about, in a word.
 */
export function familyName(id: string, trans: TranslationBundle): string {
  switch (id) {
    case 'blas':
      return trans.__('BLAS');
    case 'conda':
      return trans.__('conda');
    case 'environment':
      return trans.__('environment');
    case 'gpu':
      return trans.__('GPU');
    case 'installing':
      return trans.__('packages');
    case 'jupyter':
      return trans.__('Jupyter');
    case 'navigator':
      return trans.__('Navigator');
    case 'notebook':
      return trans.__('notebook');
    case 'reproducibility':
      return trans.__('files of the project');
    case 'support':
      return trans.__('Python');
    case 'threads':
      return trans.__('threads');
    default:
      // A family that is newer than this front end.
      return id;
  }
}
