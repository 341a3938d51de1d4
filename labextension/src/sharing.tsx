import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { toProblem } from './api';
import { problemWords } from './components/problemwords';

/**
 * Show a text that is going to be seen by others, and copy it if that is wanted.
 */
export async function offerReport(
  report: string,
  trans: TranslationBundle
): Promise<void> {
  const { button } = await showDialog({
    title: trans.__('Copy this report?'),
    body: (
      <div className="jp-Envcheck-question">
        <p>
          {trans.__(
            'Names of users and hosts, home folders and secrets were taken out. Read it before you show it to others.'
          )}
        </p>
        <pre
          className="jp-Envcheck-shared"
          aria-label={trans.__('The report')}
          role="region"
          tabIndex={0}
        >
          {report}
        </pre>
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Copy') })
    ]
  });
  if (button.accept) {
    Clipboard.copyToSystem(report);
  }
}

/**
 * Say that there is no report.
 */
export async function sayNoReport(
  error: unknown,
  trans: TranslationBundle
): Promise<void> {
  const [message, hint] = problemWords(toProblem(error), trans);
  await showDialog({
    title: trans.__('There is no report to copy'),
    body: [message, hint].filter(Boolean).join(' '),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
