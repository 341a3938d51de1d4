import type { TranslationBundle } from '@jupyterlab/translation';
import type { Line } from '../needs/line';
import type { IHint } from '../needs/kinds';
import type { INeed } from '../needs/need';
import { mendingAction, verifiedSpec } from '../needs/need';
import type { IRemedy } from '../needs/remedy';
import { problemWords } from './problemwords';

/**
 * What a line says: the fact, in which `%1` stands for the module's name, and what there is to know
 * about it.
 */
export interface INeedWords {
  readonly fact: string;
  readonly more: string;
}

/**
 * The words of a line.
 */
export function needWords(line: Line, trans: TranslationBundle): INeedWords {
  const { hint, state } = line;
  switch (state.phase) {
    case 'asking':
      return {
        fact: trans.__('The kernel died while this cell ran.'),
        more: trans.__('Its imports are repeated to find out why…')
      };
    case 'problem': {
      const [what, how] = problemWords(state.problem, trans);
      return {
        fact: trans.__('The kernel died while this cell ran.'),
        more: `${what} ${how}`.trim()
      };
    }
    case 'mended':
      return mendedWords(state.need, state, trans);
    case 'planning':
      return {
        fact: neededWords(hint, state.need, trans).fact,
        more: trans.__('A plan is being made…')
      };
    case 'found':
      return neededWords(hint, state.need, trans);
  }
}

/**
 * What a line says, in one text.
 */
export function needText(line: Line, trans: TranslationBundle): string {
  const { fact, more } = needWords(line, trans);
  const name = line.hint.kind === 'missing' ? line.hint.name : '';
  return `${fact.replace('%1', name)} ${more}`.trim();
}

/**
 * What the button is called that shows the plan; `null` where there is no plan to show.
 */
export function mendLabel(
  line: Line,
  need: INeed,
  trans: TranslationBundle
): string | null {
  const action = mendingAction(need);
  const plain =
    need.specs.length > 0 ||
    (line.hint.kind === 'missing' && action?.kind === 'install');
  if (plain && need.environment) {
    return trans.__('Install into %1…', need.environment);
  }
  return action && `${action.title.replace(/…$/, '')}…`;
}

function neededWords(
  hint: IHint,
  need: INeed,
  trans: TranslationBundle
): INeedWords {
  return hint.kind === 'missing'
    ? missingWords(hint.name, need, trans)
    : { fact: `${need.outcome.title}.`, more: need.outcome.why };
}

function missingWords(
  name: string,
  need: INeed,
  trans: TranslationBundle
): INeedWords {
  const { elsewhere, environment, outcome } = need;
  const spec = verifiedSpec(need);
  // Where it is no error, the server says what else to do.
  const hint = outcome.severity === 'error' ? '' : outcome.why;
  const more = elsewhere ? `${elsewhere.title}.` : hint;
  if (spec !== null && spec !== name) {
    return { fact: trans.__('%1 comes with %2.', '%1', spec), more };
  }
  const fact = environment
    ? trans.__('%1 is not installed in %2.', '%1', environment)
    : trans.__('%1 is not installed here.', '%1');
  return { fact, more: spec === null && !more ? outcome.why : more };
}

function mendedWords(
  need: INeed,
  { kernel, stale }: IRemedy,
  trans: TranslationBundle
): INeedWords {
  if (kernel) {
    return {
      fact: trans.__(
        'The new kernel %1 has what this cell needs.',
        kernel.display_name
      ),
      more: ''
    };
  }
  const [first, ...others] = stale;
  return {
    fact: need.environment
      ? trans.__('What this cell needs is in %1 now.', need.environment)
      : trans.__('What this cell needs is there now.'),
    more:
      first === undefined
        ? ''
        : others.length === 0
          ? trans.__(
              'Restart the kernel first: it still uses the old %1.',
              first
            )
          : trans.__(
              'Restart the kernel first: it still uses the old %1, and %2 more.',
              first,
              others.length
            )
  };
}
