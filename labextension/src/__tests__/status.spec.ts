import { withoutDismissed } from '../dismissals';
import { statusCaption, statusText } from '../doors/statuswords';
import type { Report } from '../wire';
import { golden } from './golden';
import { trans } from './stage';

function text(report: Report | null, ...dismissed: string[]): string {
  const shown = report && withoutDismissed(report, new Set(dismissed));
  return statusText(report, shown, 'Climate', trans);
}

describe('the status', () => {
  const problems = golden<Report>('report-problems');

  it('should be what the kernelspec is called, where nobody looked', () => {
    expect(text(null)).toBe('Climate');
    expect(statusCaption(null, null, trans)).toBe(
      'Check the environment of this kernel'
    );
  });

  it('should name the environment, its Python and the worst that is wrong', () => {
    expect(text(problems)).toBe('climate · Python 3.13 · 1 problem');
    expect(text(problems, 'missing-import:sklearn')).toBe(
      'climate · Python 3.13 · 3 warnings'
    );
    expect(text(golden('report-healthy'))).toBe('climate · Python 3.13');
  });

  it('should be short where little is known', () => {
    expect(text(golden('report-remote'))).toBe('Climate');
  });

  it('should say all that is known in its caption', () => {
    const shown = withoutDismissed(problems, new Set(['blas-report']));
    expect(statusCaption(problems, shown, trans).split('\n')).toEqual([
      '/home/ada/climate',
      '1 problem · 3 warnings · 1 note · 1 dismissed',
      expect.stringMatching(/^Looked at .*2026/)
    ]);
  });
});
