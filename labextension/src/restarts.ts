/**
 * Remembers when kernels were started, by this computer's clock.
 */
export class Restarts {
  /**
   * Note that a kernel is starting, which is how a restart is known.
   */
  note(kernel: string): void {
    this._started.set(kernel, Date.now());
  }

  /**
   * Whether a kernel was started after something happened; not, where either is unknown.
   */
  since(kernel: string | null, happened: number | null): boolean {
    const started = this._started.get(kernel ?? '');
    return started !== undefined && happened !== null && started >= happened;
  }

  private readonly _started = new Map<string, number>();
}
