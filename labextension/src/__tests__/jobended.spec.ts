import { Notification } from '@jupyterlab/apputils';
import { tellEnd } from '../doors/jobended';
import type { Job } from '../wire';
import { golden } from './golden';
import { trans } from './stage';

const DONE = golden<Job>('job-succeeded');

describe('tellEnd', () => {
  const tell = (job: Job): [string, string] => {
    const told = jest.spyOn(Notification, 'emit').mockReturnValue('');
    tellEnd(job, () => undefined, trans);
    const [message, type] = told.mock.calls[0];
    told.mockRestore();
    return [message, type as string];
  };

  it('should say what came of it before what it was', () => {
    expect(tell(DONE)).toEqual([
      'Done: all planned changes are there. (Install scikit-learn into climate)',
      'success'
    ]);
  });

  it('should call nothing a success that broke something', () => {
    const verdict = DONE.verdict && {
      ...DONE.verdict,
      broken: ['xarray needs numpy<2']
    };
    expect(tell({ ...DONE, verdict })).toEqual([
      'Done, but this is broken since: xarray needs numpy<2. (Install scikit-learn into climate)',
      'warning'
    ]);
  });

  it.each<[string, string]>([
    ['cancelled', 'info'],
    ['failed', 'error'],
    ['cut-off', 'error']
  ])('should tell of a job that %s as %s', (name, type) => {
    const job = golden<Job>(`job-${name}`);
    const [message, told] = tell(job);
    expect(told).toBe(type);
    if (job.failure) {
      expect(message.startsWith(job.failure.message)).toBe(true);
    }
  });
});
