import type { TranslationBundle } from '@jupyterlab/translation';
import type { IProblem } from '../api';

/**
 * What happened, and what to do. The server words its own problems; these are those it cannot.
 */
export function problemWords(
  { hint, message, reason }: IProblem,
  trans: TranslationBundle
): [string, string] {
  switch (reason) {
    case 'no-notebook':
      return [
        trans.__('No notebook or console is open.'),
        trans.__('Open one to see the environment its kernel runs in.')
      ];
    case 'no-kernel':
      return [
        trans.__('There is no kernel.'),
        trans.__('Choose one from the Kernel menu.')
      ];
    case 'kernel-starting':
      return [
        trans.__('The kernel is starting.'),
        trans.__('Its environment is looked at as soon as it runs.')
      ];
    case 'kernel-dead':
      return [
        trans.__('The kernel died.'),
        trans.__('Restart it to have its environment looked at again.')
      ];
    case 'not-python':
      return [
        trans.__('This kernel does not run Python.'),
        trans.__('Only environments of Python kernels can be checked.')
      ];
    case 'offline':
      return [
        trans.__('The Jupyter server cannot be reached.'),
        trans.__('Check that it is still running, then look again.')
      ];
    case 'timed-out':
      return [
        message || trans.__('The Jupyter server did not answer in time.'),
        hint || trans.__('It may be busy: wait a little, then try again.')
      ];
    case 'forbidden':
      return [
        trans.__('The Jupyter server does not allow this.'),
        trans.__(
          'Sign in again, or ask whoever runs the server for the right to do it.'
        )
      ];
    case 'no-data':
      return [
        trans.__('A web page came where the Jupyter server should answer.'),
        trans.__(
          'You may have been signed out: sign in again, then look again.'
        )
      ];
    case 'no-extension':
      return [
        trans.__('The server part of jupyterlab-envcheck is missing.'),
        trans.__(
          'Install jupyterlab-envcheck into the environment that Jupyter runs in, and restart Jupyter.'
        )
      ];
    case 'unexplained':
    case 'no-location':
      return [
        message ||
          trans.__('The Jupyter server gave an answer that makes no sense.'),
        hint ||
          trans.__('Look again; if it stays, the log of the server says more.')
      ];
    default:
      return [message, hint];
  }
}
