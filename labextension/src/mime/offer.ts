import { Notification } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { MagicAnswer } from './magic';
import { magicAnswer, magicExpression } from './magic';

/**
 * Have a kernel know `%envcheck` until it ends. A kernel that is not idle is sent nothing.
 *
 * @returns What it answered; `null` where it was not asked, or gave no answer in time
 */
export async function offerMagic(
  kernel: Kernel.IKernelConnection
): Promise<MagicAnswer | null> {
  if (kernel.status !== 'idle') {
    return null;
  }
  const future = kernel.requestExecute({
    allow_stdin: false,
    code: '',
    silent: true,
    stop_on_error: false,
    store_history: false,
    user_expressions: { envcheck: magicExpression(Private.TEXT) }
  });
  const timer = window.setTimeout(() => future.dispose(), Private.PATIENCE);
  try {
    const { content } = await future.done;
    return magicAnswer(Private.told(content));
  } catch {
    // It was disposed: the kernel ended, or it took too long.
    return null;
  } finally {
    window.clearTimeout(timer);
  }
}

/**
 * Tell what came of it.
 *
 * @param insert - Insert a cell that runs it
 */
export function tellOffer(
  answer: MagicAnswer | null,
  insert: () => void,
  trans: TranslationBundle
): void {
  const known =
    answer === 'small' || answer === 'package' || answer === 'known';
  Notification.emit(
    Private.words(answer, trans),
    known ? 'success' : 'warning',
    {
      autoClose: known ? 10_000 : false,
      actions: known
        ? [{ label: trans.__('Insert as Cell'), callback: insert }]
        : []
    }
  );
}

namespace Private {
  /**
   * How many milliseconds an idle kernel has to answer.
   */
  export const PATIENCE = 10_000;

  /**
   * What stays in the notebook. It is not translated: others read it, too.
   */
  export const TEXT =
    '%envcheck: JupyterLab shows here what its environment check found, in the page that ran the cell. ' +
    'It is not stored: run the cell again to see it.';

  /**
   * What the expression came to, as the kernel writes it.
   */
  export function told(
    content: KernelMessage.IExecuteReplyMsg['content']
  ): unknown {
    const { user_expressions: answers } = content as {
      readonly user_expressions?: {
        readonly envcheck?: {
          readonly data?: { readonly 'text/plain'?: unknown };
        };
      };
    };
    return answers?.envcheck?.data?.['text/plain'];
  }

  export function words(
    answer: MagicAnswer | null,
    trans: TranslationBundle
  ): string {
    switch (answer) {
      case 'small':
        return trans.__(
          '%envcheck shows the report in this notebook until its kernel is restarted. Nothing was installed.'
        );
      case 'package':
        return trans.__(
          'jupyterlab-envcheck is installed in this kernel’s environment: it was loaded as %load_ext jupyterlab_envcheck does.'
        );
      case 'known':
        return trans.__('This notebook’s kernel knows %envcheck already.');
      case 'broken':
        return trans.__(
          'jupyterlab-envcheck is installed in this kernel’s environment, but cannot be loaded. Run %load_ext jupyterlab_envcheck in a cell to see why.'
        );
      case 'none':
        return trans.__(
          'This kernel has no magics, so that %envcheck cannot be used in it. The panel shows the same.'
        );
      case null:
        return trans.__(
          'The kernel did not take %envcheck. Wait until it is idle, then try again.'
        );
    }
  }
}
