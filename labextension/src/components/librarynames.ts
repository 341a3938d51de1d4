import type { TranslationBundle } from '@jupyterlab/translation';
import type { Library } from '../wire';

/**
 * What a BLAS or OpenMP library is called by those who make it.
 */
export function libraryName(id: string): string {
  return Private.NAMES[id] ?? id;
}

/**
 * A library in a few words: its name and version, and whom it belongs to.
 */
export function libraryWords(
  { library, owner, version }: Library,
  trans: TranslationBundle
): string {
  const name = [libraryName(library), version].filter(Boolean).join(' ');
  return owner ? trans.__('%1, from %2', name, owner) : name;
}

namespace Private {
  export const NAMES: Readonly<Record<string, string | undefined>> = {
    accelerate: 'Apple Accelerate',
    armpl: 'Arm Performance Libraries',
    blis: 'BLIS',
    flexiblas: 'FlexiBLAS',
    libgomp: 'GNU OpenMP (libgomp)',
    libiomp5: 'Intel OpenMP (libiomp5)',
    libomp: 'LLVM OpenMP (libomp)',
    mkl: 'Intel MKL',
    netlib: 'Netlib BLAS',
    openblas: 'OpenBLAS',
    vcomp: 'Microsoft OpenMP (vcomp)'
  };
}
