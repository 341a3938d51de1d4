import { canGoBack } from '../jobs';
import type { Job } from '../wire';
import { golden } from './golden';

const DONE = golden<Job>('job-undoable');
const LATE = { possible: false, until: null, reason: 'late', space: null };

describe('canGoBack', () => {
  it.each<[Job['state'], boolean, boolean]>([
    ['succeeded', true, true],
    ['succeeded', false, true],
    ['failed', true, true], // all was done, and broke something else
    ['failed', false, false], // what it had begun was taken back
    ['cancelled', false, false]
  ])('should be for a job that %s, planned %s: %s', (state, planned, can) => {
    const verdict = DONE.verdict && { ...DONE.verdict, planned };
    expect(canGoBack({ ...DONE, state, undo: LATE, verdict }, [])).toBe(can);
  });

  it('should be for none of which the files of before are there', () => {
    expect(canGoBack(DONE, [])).toBe(false);
  });
});
