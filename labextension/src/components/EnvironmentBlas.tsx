import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { LibrariesSection, Library } from '../wire';
import { EnvironmentFacts, FactList } from './EnvironmentFacts';
import { libraryName, libraryWords } from './librarynames';

/**
 * What crunches the numbers of linear algebra: which library, from whom, and how it threads.
 */
export function EnvironmentBlas(props: {
  readonly section: LibrariesSection;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { section, trans } = props;
  return (
    <EnvironmentFacts section={section} title={trans.__('BLAS')} trans={trans}>
      {libraries =>
        libraries.length === 0 ? (
          <p>{trans.__('None: NumPy is not installed, or needs none.')}</p>
        ) : (
          libraries.map((library, index) => (
            <div key={index} title={library.path ?? undefined}>
              <p>
                <b>{libraryWords(library, trans)}</b>
              </p>
              <FactList facts={Private.facts(library, trans)} trans={trans} />
            </div>
          ))
        )
      }
    </EnvironmentFacts>
  );
}

namespace Private {
  export function facts(
    library: Library,
    trans: TranslationBundle
  ): [string, React.ReactNode][] {
    const { architecture, backend, backends, layer, path } = library;
    const found: [string, React.ReactNode][] = [
      [trans.__('Threading layer'), layer]
    ];
    if (architecture) {
      found.push([trans.__('Made for'), architecture]);
    }
    if (backend) {
      found.push([
        trans.__('Hands its work to'),
        [backend, ...backends.filter(one => one !== backend)]
          .map(libraryName)
          .join(', ')
      ]);
    }
    if (path) {
      found.push([
        trans.__('File'),
        <code key="path" className="jp-Envcheck-path">
          {path}
        </code>
      ]);
    }
    return found;
  }
}
