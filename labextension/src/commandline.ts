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
 * Write a command line as a cell that hands it to the shell as it stands.
 */
export function shellCell(command: string): string {
  // IPython replaces `$name` and `{name}` after an exclamation mark; doubled they mean themselves.
  return `!${command.replace(/[${}]/g, '$&$&')}`;
}

namespace Private {
  export function posix(word: string): string {
    return `'${word.replace(/'/g, `'\\''`)}'`;
  }

  export function windows(word: string): string {
    return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  }
}
