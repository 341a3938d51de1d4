import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IProblem } from '../api';
import { errorIcon, noteIcon } from '../icons';
import { Notice } from './Notice';
import { problemWords } from './problemwords';

/**
 * What went wrong, in one sentence, and what to do about it, in another.
 */
export function Problem(props: {
  readonly problem: IProblem;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { problem, trans } = props;
  const [message, hint] = problemWords(problem, trans);
  const wrong = !Private.EXPECTED.includes(problem.reason);
  return (
    <Notice icon={wrong ? errorIcon : noteIcon} title={message} wrong={wrong}>
      {hint}
    </Notice>
  );
}

namespace Private {
  /**
   * What is no fault of anyone, and no cause for alarm.
   */
  export const EXPECTED = [
    'no-notebook',
    'no-kernel',
    'kernel-starting',
    'not-python'
  ];
}
