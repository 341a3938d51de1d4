import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Environment, Report } from '../wire';
import { kindName } from './kinds';
import { Sentence } from './Sentence';

/**
 * Where installs go, and where they do not.
 */
export function Destination(props: {
  readonly report: Report;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  const { environment, interpreter, jupyter } = report.facts;
  const here = environment.value;
  const why = interpreter.value ? null : interpreter.unknown.value;
  return (
    <>
      <p className="jp-Envcheck-destination">
        {here ? (
          <Sentence text={Private.destination(here, trans)}>
            <b>{here.name}</b>
          </Sentence>
        ) : (
          trans.__('Which environment this kernel runs in is not known.')
        )}
      </p>
      {why && (
        <p className="jp-Envcheck-aside">
          {trans.__('Its Python is not known: %1.', why)}
        </p>
      )}
      {here && jupyter.value?.same_environment === false && (
        <p className="jp-Envcheck-aside">
          <Sentence
            text={trans.__(
              'Jupyter itself runs in %1; %2 and terminals act there.',
              '%1',
              '%2'
            )}
          >
            <b>{jupyter.value.name}</b>
            <code>{Private.PIP}</code>
          </Sentence>
        </p>
      )}
    </>
  );
}

namespace Private {
  /**
   * What is typed to run pip in a shell of Jupyter's own, in any language.
   */
  export const PIP = '!pip';

  /**
   * The tools whose work a plan can do.
   */
  const OWNERS: ReadonlyArray<string | null> = ['pip', 'uv', 'conda', null];

  export function destination(
    { externally_managed, kind: id, owner, writable }: Environment,
    trans: TranslationBundle
  ): string {
    // In an environment of conda's the mark speaks to pip alone.
    if (externally_managed && !id.startsWith('conda')) {
      return trans.__(
        '%1 belongs to the operating system: install into an environment of your own.',
        '%1'
      );
    }
    if (writable === false) {
      return trans.__(
        'You may not write to %1 (%2): nothing can be installed here.',
        '%1',
        kindName(id, trans)
      );
    }
    if (!OWNERS.includes(owner)) {
      return trans.__(
        '%1 is looked after by %2: nothing is installed into it from here.',
        '%1',
        owner
      );
    }
    return trans.__('Installs go to %1 (%2).', '%1', kindName(id, trans));
  }
}
