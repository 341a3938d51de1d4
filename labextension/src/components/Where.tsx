import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, classes, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs } from '../commandids';
import type { KernelState } from '../kernelstate';
import type { IPreferred } from '../preferences';
import type { Report } from '../wire';
import type { IComponentProps } from './CommandButton';
import { Destination } from './Destination';
import { kindIcon, kindName } from './kinds';
import { Prefix } from './Prefix';

/**
 * Properties of the part that says where one is.
 */
export interface IWhereProps extends IComponentProps {
  readonly looking: boolean;
  readonly preferred: IPreferred;
  readonly report: Report | null;

  /**
   * Whether the report is out of date and no newer one can be had.
   */
  readonly stale: boolean;
  readonly state: KernelState;
}

/**
 * Where am I: the environment, its Python, its place, and where installs go.
 */
export function Where(props: IWhereProps): JSX.Element {
  const { commands, looking, preferred, report, stale, trans } = props;
  const environment = report?.facts.environment.value;
  const Icon = kindIcon(environment?.kind);
  const enabled = commands.isEnabled(CommandIDs.look);
  const name = environment?.name ?? report?.target.name ?? trans.__('Looking…');
  return (
    <section
      className={classes('jp-Envcheck-where', stale && 'jp-mod-stale')}
      aria-label={trans.__('Where am I')}
      aria-busy={looking}
    >
      <div className="jp-Envcheck-whereTitle">
        <Icon.react tag="span" aria-hidden />
        <h2 title={name}>{name}</h2>
        <Button
          className={classes(
            'jp-Envcheck-refresh',
            looking && 'jp-mod-looking'
          )}
          aria-label={commands.caption(CommandIDs.look)}
          // A disabled button would drop the focus at every look.
          aria-disabled={!enabled}
          minimal
          onClick={() => {
            if (enabled) {
              void commands.execute(CommandIDs.look);
            }
          }}
          title={commands.caption(CommandIDs.look)}
        >
          <refreshIcon.react tag="span" />
        </Button>
      </div>
      <div className="jp-Envcheck-facts">
        {Private.facts(props).join(' · ')}
      </div>
      {environment && (
        <Prefix commands={commands} path={environment.prefix} trans={trans} />
      )}
      {report && <Destination report={report} trans={trans} />}
      {environment && preferred.experience === 'beginner' && (
        <p className="jp-Envcheck-aside">
          {trans.__(
            'An environment is a folder with a Python and packages of its own. What is installed here changes no other environment.'
          )}
        </p>
      )}
      {report?.facts.process.value?.state === 'busy' && (
        <p className="jp-Envcheck-aside">
          {trans.__(
            'The kernel was busy and was not disturbed: this is what could be seen from outside.'
          )}
        </p>
      )}
    </section>
  );
}

namespace Private {
  /**
   * The short facts under the name: kind, Python, kernel.
   */
  export function facts(props: IWhereProps): string[] {
    const { report, state, trans } = props;
    const python = report?.facts.interpreter.value;
    const environment = report?.facts.environment.value;
    const words: string[] = [];
    if (environment) {
      words.push(kindName(environment.kind, trans));
    }
    if (report && !python) {
      words.push(trans.__('Python version unknown'));
    }
    if (python) {
      words.push(
        python.implementation === 'cpython'
          ? trans.__('Python %1', python.version)
          : trans.__('%1, Python %2', python.implementation, python.version)
      );
    }
    words.push(kernel(state, trans));
    return words;
  }

  function kernel(state: KernelState, trans: TranslationBundle): string {
    switch (state) {
      case 'idle':
        return trans.__('kernel idle');
      case 'busy':
        return trans.__('kernel busy');
      case 'connecting':
        return trans.__('kernel connecting');
      case 'starting':
        return trans.__('kernel starting');
      case 'dead':
        return trans.__('kernel dead');
      case 'none':
        return trans.__('no kernel');
    }
  }
}
