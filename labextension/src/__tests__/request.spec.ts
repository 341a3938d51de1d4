import { requestWords } from '../requestwords';
import type { Plan, Report } from '../wire';
import { golden } from './golden';
import { trans } from './stage';

describe('a request for the administrator', () => {
  const report = golden<Report>('report-problems');

  it('should say what, where and why, with a command that anyone can run', () => {
    const lines = requestWords(golden<Plan>('plan-ready'), report, trans).split(
      '\n'
    );
    expect(lines).toContain('What: install scikit-learn');
    expect(lines).toContain(
      'Where: climate, /home/ada/climate (venv, Python 3.13.1)'
    );
    expect(lines).toContain(
      'Why: The notebook imports sklearn, which is not installed here.'
    );
    expect(lines).toContain(
      '    /home/ada/climate/bin/python -m pip install scikit-learn'
    );
    expect(lines.join('\n')).toMatch(/It would bring: .*scikit-learn \d/);
    expect(lines.join('\n')).not.toContain('plan.txt');
  });

  it('should give the commands of the plan where no finding asks for it', () => {
    const plan = golden<Plan>('plan-create');
    const words = requestWords(plan, null, trans);
    expect(words).toContain(
      'What: create the environment proj with scikit-learn'
    );
    expect(words).toContain('Where: proj, /home/ada/.virtualenvs/proj\n');
    expect(words).toContain('    /usr/bin/uv venv --no-project');
    expect(words).not.toContain('Why:');
  });
});
