/**
 * Write an argument vector as a person would type it.
 *
 * @param argv - The program and its arguments
 * @param system - The system it is for, as `facts.machine.system` names it
 */
export function commandLine(
  argv: ReadonlyArray<string>,
  system: string | null
): string {
  const quote = system === 'Windows' ? Private.windows : Private.posix;
  return argv
    .map(word => (/^[\w@%+=:,./~^-]+$/.test(word) ? word : quote(word)))
    .join(' ');
}

/**
 * Write an argument vector as a cell that hands it to the shell.
 *
 * @param argv - The program and its arguments
 * @param system - The system it is for, as `facts.machine.system` names it
 */
export function shellCell(
  argv: ReadonlyArray<string>,
  system: string | null
): string {
  const command = commandLine(Private.answered(argv), system);
  // IPython replaces `$name` and `{name}` after an exclamation mark; doubled they mean themselves.
  return `!${command.replace(/[${}]/g, '$&$&')}`;
}

namespace Private {
  /**
   * The same with the answer of a program that asks whether to go on: in a cell nobody can answer,
   * and it would wait without end.
   */
  export function answered(argv: ReadonlyArray<string>): string[] {
    const program = argv[0]?.split(/[\\/]/).pop() ?? '';
    const at = CONDAS.test(program) ? 1 : 3;
    const asks =
      at === 1
        ? ASKING.includes(argv[1])
        : argv.slice(1, 4).join(' ') === '-m pip uninstall';
    return asks
      ? [...argv.slice(0, at + 1), '--yes', ...argv.slice(at + 1)]
      : [...argv];
  }

  const CONDAS = /^(conda|mamba|micromamba)(\.exe|\.bat)?$/;
  const ASKING = ['create', 'install', 'remove', 'update'];

  export function posix(word: string): string {
    return `'${word.replace(/'/g, `'\\''`)}'`;
  }

  export function windows(word: string): string {
    return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  }
}
