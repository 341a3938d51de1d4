import { MIME_TYPE } from './bundle';

/**
 * What a kernel says of `%envcheck` when it is asked to know it: the small one was registered, the
 * package's own was loaded, one was known before, the package is broken, or it knows no magics.
 */
export type MagicAnswer = 'small' | 'package' | 'known' | 'broken' | 'none';

/**
 * The expression that has a kernel know `%envcheck` until it ends.
 *
 * It leaves nothing in the user's namespace, uses nothing of it but `__import__`, and parses on all
 * that IPython ran on since Python 2.7.
 */
export function magicExpression(text: string): string {
  const source = JSON.stringify(Private.source(text));
  return (
    '(lambda builtins, space: (' +
    `builtins.eval(builtins.compile(${source}, '<envcheck>', 'exec', 0, True), space), ` +
    "space['use']())[1])(" +
    "__import__('sys').modules.get('builtins') or __import__('sys').modules['__builtin__'], " +
    "{'__name__': 'envcheck_magic'})"
  );
}

/**
 * What a kernel answered; `null` where that makes no sense.
 */
export function magicAnswer(reply: unknown): MagicAnswer | null {
  const answers: MagicAnswer[] = [
    'small',
    'package',
    'known',
    'broken',
    'none'
  ];
  return answers.find(answer => reply === `'${answer}'`) ?? null;
}

namespace Private {
  /**
   * The small magic. The package is looked for where modules are, but in the notebook's own folder,
   * which may hold anything by its name.
   */
  export function source(text: string): string {
    return `\
import os
import sys

def shell():
    return sys.modules['IPython'].get_ipython() if 'IPython' in sys.modules else None

def installed():
    try:
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec('jupyterlab_envcheck')
    except (ImportError, AttributeError):
        return False
    if spec is None or not spec.origin or not spec.submodule_search_locations:
        return False
    folder = os.path.dirname(list(spec.submodule_search_locations)[0])
    return os.path.realpath(folder) != os.path.realpath(os.getcwd())

def envcheck(line):
    """Show what is known of the environment of this kernel: JupyterLab draws it.

    %envcheck threads blas    some families of checks alone
    """
    name = ''.join('%02x' % byte for byte in bytearray(os.urandom(16)))
    shell().display_pub.publish(
        data={'${MIME_TYPE}': {'id': name}, 'text/plain': ${JSON.stringify(text)}},
        metadata={},
        transient={'envcheck': line.split()[:20]})

def use():
    here = shell()
    if here is None:
        return 'none'
    known = here.find_line_magic('envcheck')
    if known is not None and getattr(known, '__module__', None) != __name__:
        return 'known'
    if not installed():
        here.register_magic_function(envcheck, 'line', 'envcheck')
        return 'small'
    try:
        here.extension_manager.load_extension('jupyterlab_envcheck')
    except Exception:
        # A package that is broken may raise anything.
        return 'broken'
    now = here.find_line_magic('envcheck')
    return 'broken' if now is None or now is known else 'package'
`;
  }
}
