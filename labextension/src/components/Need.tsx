import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { commandLine } from '../commandline';
import { CommandIDs } from '../commandids';
import { runningIcon, warningIcon, wellIcon } from '../icons';
import type { Line } from '../needs/line';
import type { INeed } from '../needs/need';
import { mendingAction } from '../needs/need';
import type { IRemedy } from '../needs/remedy';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { NeedField } from './NeedField';
import { mendLabel, needWords } from './needwords';
import { Sentence } from './Sentence';

/**
 * Properties of the line under a cell.
 */
export interface INeedProps extends IComponentProps {
  readonly line: Line;
}

/**
 * One quiet line: what a cell needs, and the one action that mends it.
 */
export function Need(props: INeedProps): JSX.Element {
  const { commands, line, trans } = props;
  const { hint, state } = line;
  const { fact, more } = needWords(line, trans);
  const name = hint.kind === 'missing' ? hint.name : '';
  const Icon = {
    asking: runningIcon,
    found: warningIcon,
    mended: wellIcon,
    planning: runningIcon,
    problem: warningIcon
  }[state.phase];
  return (
    <div className="jp-Envcheck-needLine">
      <Icon.react
        tag="span"
        className={`jp-Envcheck-needIcon jp-mod-${state.phase}`}
        aria-hidden
      />
      <div className="jp-Envcheck-needBody">
        <p className="jp-Envcheck-needWords">
          <Sentence text={fact}>
            <code>{name}</code>
          </Sentence>
          {more && <span className="jp-Envcheck-aside"> {more}</span>}
        </p>
        {(state.phase === 'found' || state.phase === 'planning') && (
          <Mend {...props} need={state.need} />
        )}
        {state.phase === 'mended' && <Mended {...props} remedy={state} />}
      </div>
      <button
        className="jp-Envcheck-needClose"
        aria-label={commands.label(CommandIDs.closeLine)}
        title={commands.caption(CommandIDs.closeLine)}
        onClick={() =>
          void commands.execute(CommandIDs.closeLine, { line: line.id })
        }
      >
        <closeIcon.react tag="span" aria-hidden />
      </button>
    </div>
  );
}

/**
 * What to do where a need is no more.
 */
function Mended(props: INeedProps & { readonly remedy: IRemedy }): JSX.Element {
  const { commands, line, remedy } = props;
  const { kernel, stale } = remedy;
  return (
    <div className="jp-Envcheck-buttons">
      {stale.length > 0 && (
        <CommandButton commands={commands} id={CommandIDs.restartKernel} />
      )}
      {kernel ? (
        <CommandButton
          commands={commands}
          id={CommandIDs.useKernel}
          args={{ name: kernel.name, title: kernel.display_name }}
          look="primary"
        />
      ) : (
        <CommandButton
          commands={commands}
          id={CommandIDs.runAgain}
          args={{ line: line.id }}
          look={stale.length > 0 ? 'plain' : 'primary'}
        />
      )}
    </div>
  );
}

/**
 * What can be done about a need.
 */
function Mend(props: INeedProps & { readonly need: INeed }): JSX.Element {
  const { commands, line, need, trans } = props;
  const label = mendLabel(line, need, trans);
  if (line.hint.kind === 'missing' && need.outcome.actions.length === 0) {
    return <NeedField commands={commands} line={line} trans={trans} />;
  }
  const action = mendingAction(need) ?? need.outcome.actions[0];
  const lines =
    action && 'commands' in action
      ? action.commands
          .filter(
            ({ manager }, _, [first]) =>
              manager ===
              (('recommended' in action && action.recommended) || first.manager)
          )
          .map(({ argv }) => commandLine(argv, need.system))
      : [];
  return (
    <div className="jp-Envcheck-buttons">
      {label !== null ? (
        <CommandButton
          commands={commands}
          id={CommandIDs.mendCell}
          args={{ line: line.id, title: label }}
        />
      ) : (
        <CommandButton commands={commands} id={CommandIDs.open} />
      )}
      {lines.length > 0 && (
        <CommandButton
          commands={commands}
          id={CommandIDs.copy}
          args={{ text: lines.join('\n'), title: trans.__('Copy Command') }}
          done={trans.__('Copied')}
          look="quiet"
        />
      )}
    </div>
  );
}
