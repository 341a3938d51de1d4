import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { CommandIDs } from '../commandids';
import { nameProblem, pythonProblem } from '../components/draftwords';
import type { Job, Plan, Report } from '../wire';
import { golden } from './golden';
import { Stage, trans } from './stage';

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(cleanup);

describe('Draft', () => {
  const draft = { name: 'proj', packages: 'numpy', python: '' };

  it('should plan what is typed, by the button and by Enter', () => {
    render(stage.plan(null, { draft }));
    const name = screen.getByLabelText('Name');
    expect(document.activeElement).toBe(name);
    fireEvent.change(name, { target: { value: 'ice ' } });
    fireEvent.change(screen.getByLabelText('Packages'), {
      target: { value: 'numpy  pandas>=2' }
    });
    const args = { name: 'ice', packages: 'numpy  pandas>=2', python: '3.13' };
    fireEvent.change(screen.getByLabelText('Python'), {
      target: { value: '3.13 ' }
    });
    fireEvent.click(screen.getByText(CommandIDs.planEnvironment));
    fireEvent.keyDown(name, { key: 'Enter' });
    expect(stage.ran).toEqual([
      [CommandIDs.planEnvironment, args],
      [CommandIDs.planEnvironment, args]
    ]);
  });

  it('should begin with another draft, and not with what was typed for the last', () => {
    const { rerender } = render(stage.plan(null, { draft }));
    const field = (name: string): HTMLInputElement =>
      screen.getByLabelText(name);
    fireEvent.change(field('Name'), { target: { value: 'ice' } });
    rerender(stage.plan(null, { draft: { ...draft } }));
    expect(field('Name').value).toBe('ice');
    const other = { name: 'sea', packages: 'xarray', python: '3.13' };
    rerender(stage.plan(null, { draft: other }));
    expect(field('Name').value).toBe('sea');
    expect(field('Packages').value).toBe('xarray');
    expect(document.activeElement).toBe(field('Name'));
  });

  it('should say what is wrong with a name', () => {
    render(stage.plan(null, { draft }));
    const name = screen.getByLabelText('Name');
    expect(name.getAttribute('aria-invalid')).toBe('false');
    fireEvent.change(name, { target: { value: 'a/b' } });
    expect(name.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/^Use only letters/)).not.toBeNull();
  });

  it.each(['proj', 'p', 'my_proj-2', '3.13', 'a.b', '_x', 'x'.repeat(50)])(
    'should take the name “%s”',
    name => expect(nameProblem(name, trans)).toBeNull()
  );

  it.each(['', '-x', '.x', 'x.', 'a b', '../x', 'a/b', 'ü', 'x'.repeat(51)])(
    'should not take the name “%s”',
    name => expect(nameProblem(name, trans)).toMatch(/^[A-Z].*\.$/)
  );

  it.each<[string, boolean]>([
    ['', true],
    ['3.13', true],
    ['3.13.1', true],
    ['3', false],
    ['python3', false],
    ['3.13; ls', false]
  ])('should judge the Python “%s”', (version, good) => {
    expect(pythonProblem(version, trans) === null).toBe(good);
  });

  it('should stay where the server refuses what was typed, and say why', () => {
    const problem = { reason: 'bad-spec', message: 'No.', hint: 'Try x.' };
    render(stage.plan(null, { draft, problem }));
    expect(screen.getByLabelText('Packages')).toHaveProperty('value', 'numpy');
    expect(screen.getByRole('status').textContent).toBe('No.');
  });

  it('should be asked for with what a finding suggests', () => {
    const { outcomes } = golden<Report>('report-conda-base');
    render(stage.recommendations(outcomes));
    const title = 'Create an environment…';
    fireEvent.click(screen.getByText(title));
    expect(stage.ran).toEqual([
      [
        CommandIDs.draftEnvironment,
        { name: 'proj', packages: '', python: '', title }
      ]
    ]);
    expect(screen.getAllByRole('tab', { hidden: true })).not.toEqual([]);
  });

  it('should keep the channels that a finding names', () => {
    const [first, ...rest] = golden<Report>('report-conda-base').outcomes;
    const actions = first.actions
      .filter(action => action.kind === 'create-environment')
      .map(action => ({
        ...action,
        channels: ['conda-forge'],
        title: 'Move…'
      }));
    render(stage.recommendations([{ ...first, actions }, ...rest]));
    fireEvent.click(screen.getByText('Move…'));
    expect(stage.ran.at(-1)?.[1]).toMatchObject({ channels: 'conda-forge' });
  });

  it('should come back from a plan, with what was wished for', () => {
    render(stage.plan(golden<Plan>('plan-create')));
    fireEvent.click(screen.getByText('Change…'));
    expect(stage.ran).toEqual([
      [
        CommandIDs.draftEnvironment,
        {
          name: 'proj',
          packages: 'scikit-learn',
          python: '',
          title: 'Change…'
        }
      ]
    ]);
  });
});

describe('Plan of a kernel', () => {
  it('should say where an environment will be, and how its kernel is called', () => {
    const plan = golden<Plan>('plan-create');
    const { container } = render(stage.plan(plan));
    const words = container.textContent;
    expect(words).toContain('Create the environment proj with uv:');
    expect(words).toContain(plan.target.prefix);
    expect(words).toContain('The new kernel will be called proj.');
    expect(words).toContain('26.9 MB to download; 120 GB are free.');
    expect(words).toContain('keeps its kernel');
    expect(words).toContain('This can be undone.');
    expect(words).not.toContain('restart');
  });

  it('should say what a kernel for an environment changes in it', () => {
    const made = golden<Plan>('plan-create');
    const wish = { ...made.wish, kind: 'register' } as const;
    const { container } = render(stage.plan({ ...made, wish }));
    const words = container.textContent;
    expect(words).toContain('Nothing is removed.');
    expect(words).toContain('No kernel restart is needed.');
  });

  it('should show what a kernelspec differs in, and not by colour alone', () => {
    const { container } = render(stage.plan(golden<Plan>('plan-threads')));
    const lines = (what: string): (string | null)[] =>
      Array.from(container.querySelectorAll(what), line => line.textContent);
    expect(lines('ins')).toContain('+  "OMP_NUM_THREADS": "4",');
    expect(lines('del')).toContain('- "display_name": "Climate",');
    // The names of files are said in words.
    expect(lines('.jp-Envcheck-diff')[0]).not.toContain('@@');
    expect(lines('.jp-Envcheck-diff')[0]).not.toContain('+++');
    expect(container.querySelector('details')?.open).toBe(true);
    expect(screen.queryByRole('table')).toBeNull();
    expect(screen.queryByText(CommandIDs.install)).not.toBeNull();
  });

  it('should be asked for by a finding about threads', () => {
    const outcome = golden<Report>('report-problems').outcomes.filter(
      ({ check }) => check === 'threads-exceed-cpus'
    );
    render(stage.recommendations(outcome));
    fireEvent.click(screen.getByText('Set 4 Variables in a New Kernel…'));
    expect(stage.ran).toEqual([
      [
        CommandIDs.plan,
        {
          outcome: outcome[0].id,
          action: 'set-environment',
          title: 'Set 4 Variables in a New Kernel…'
        }
      ]
    ]);
  });
});

describe('Job of a kernel', () => {
  it('should offer the new kernel until it is used, or taken back', () => {
    const job = golden<Job>('job-created');
    const { rerender } = render(stage.activity(job));
    fireEvent.click(screen.getByText('proj', { selector: 'button' }));
    expect(stage.ran).toEqual([
      [CommandIDs.useKernel, { name: 'proj', title: 'proj' }]
    ]);
    expect(
      screen.getByText('Done: the environment “proj” is there.')
    ).not.toBeNull();
    const offered = (): boolean =>
      screen.queryByText('proj', { selector: 'button' }) !== null;
    rerender(stage.activity(job, { spec: 'proj' }));
    expect(offered()).toBe(false);
    rerender(stage.activity(job, { spec: null }));
    expect(offered()).toBe(true);
    const undo = golden<Job>('job-undo');
    rerender(stage.activity(job, { earlier: [undo] }));
    expect(offered()).toBe(false);
  });
});
