import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { noteIcon } from '../icons';
import type { Report } from '../wire';
import { EnvironmentBlas } from './EnvironmentBlas';
import { EnvironmentConda } from './EnvironmentConda';
import { EnvironmentMachine } from './EnvironmentMachine';
import { Gpus } from './Gpus';
import { Notice } from './Notice';
import { Pools } from './Pools';

/**
 * The facts about an environment, each with where it is known from.
 */
export function Environment(props: {
  readonly report: Report;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  const { blas, conda, environment, gpus } = report.facts;
  // Elsewhere it is no gap that nothing is known of conda.
  const byConda = /^(conda|pixi)/.test(environment.value?.kind ?? '');
  const why = Private.onlyReason(report);
  if (why !== null) {
    return (
      <Notice
        icon={noteIcon}
        title={trans.__('Nothing is known of this environment.')}
      >
        {why}
      </Notice>
    );
  }
  return (
    <>
      <EnvironmentBlas section={blas} trans={trans} />
      <Pools report={report} trans={trans} />
      <Gpus section={gpus} trans={trans} />
      {(conda.value || byConda) && (
        <EnvironmentConda section={conda} trans={trans} />
      )}
      <EnvironmentMachine report={report} trans={trans} />
    </>
  );
}

namespace Private {
  /**
   * Why nothing at all is known, where that is so and has one reason.
   */
  export function onlyReason({ facts }: Report): string | null {
    const { blas, gpus, interpreter, machine, thread_pools } = facts;
    const all = [blas, gpus, interpreter, machine, thread_pools];
    const why = blas.unknown.value ?? null;
    return all.every(({ unknown, value }) => !value && unknown.value === why)
      ? why
      : null;
  }
}
