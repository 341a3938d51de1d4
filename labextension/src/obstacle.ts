import type { IProblem } from './api';
import type { ISubject } from './kernel';

/**
 * Why a kernel cannot be asked about at all; `null` where it can.
 */
export function obstacleOf(subject: ISubject | null): IProblem | null {
  const reason = !subject
    ? 'no-notebook'
    : subject.state === 'dead'
      ? 'kernel-dead'
      : subject.state === 'starting' || subject.state === 'connecting'
        ? 'kernel-starting'
        : subject.kernel === null
          ? 'no-kernel'
          : subject.language !== null && subject.language !== 'python'
            ? 'not-python'
            : null;
  return reason ? { reason, message: '', hint: '' } : null;
}
