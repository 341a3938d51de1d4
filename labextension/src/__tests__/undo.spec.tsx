import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { CommandIDs } from '../commandids';
import type { Job, Plan, Report } from '../wire';
import { golden } from './golden';
import { Stage } from './stage';

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(cleanup);

const UNDOABLE = golden<Job>('job-undoable');
const NAME = 'Install scikit-learn into climate';

describe('Undo', () => {
  it('should be promised before, with the room there is', () => {
    const { container } = render(stage.plan(golden<Plan>('plan-undoable')));
    const words = container.textContent;
    expect(words).toContain('This can be undone.');
    expect(words).toContain('At least 61.7 MB to download; 120 GB are free.');
    const row = screen.getByRole('row', { name: /numpy/ });
    expect(row.textContent).toBe('reinstallednumpy2.4.016.6 MB');
  });

  it('should be offered after, with the room that it takes', () => {
    const { container } = render(stage.activity(UNDOABLE));
    expect(container.textContent).toMatch(
      /12\.4 MB are kept for undo until .*2026/
    );
    fireEvent.click(screen.getByRole('button', { name: `Undo: ${NAME}` }));
    fireEvent.click(
      screen.getByRole('button', { name: `Free what is kept of: ${NAME}` })
    );
    expect(stage.ran).toEqual([
      [CommandIDs.undoJob, { id: 'p1' }],
      [CommandIDs.freeUndo, { id: 'p1' }]
    ]);
  });

  it('should say what was undone, of both jobs', () => {
    const undo = golden<Job>('job-undo');
    const done = {
      ...UNDOABLE,
      undo: { possible: false, until: null, reason: 'x', space: null }
    };
    const { container } = render(stage.activity(undo, { earlier: [done] }));
    expect(
      screen.getByRole('region', { name: `Undo of: ${NAME}` })
    ).not.toBeNull();
    expect(container.textContent).toContain('Done: all is as it was before.');
    expect(container.querySelector('s')?.textContent).toBe(NAME);
    expect(container.textContent).toContain('undone · ');
    expect(screen.queryByText(CommandIDs.undoJob)).toBeNull();
    expect(screen.queryByText(CommandIDs.goBack)).toBeNull();
  });

  it('should have a way back where there are no files for it', () => {
    const earlier = [{ ...golden<Job>('job-succeeded'), id: 'old' }];
    render(stage.activity({ ...UNDOABLE, id: 'new' }, { earlier }));
    fireEvent.click(
      screen.getByRole('button', { name: `Go back to before: ${NAME}` })
    );
    expect(stage.ran).toEqual([[CommandIDs.goBack, { id: 'old' }]]);
  });

  it.each(['failed', 'cancelled', 'created'])(
    'should have no way back to before a job that %s',
    name => {
      const job = golden<Job>(`job-${name}`);
      const undo = { ...job.undo, possible: false };
      render(stage.activity({ ...job, undo }));
      expect(screen.queryByText(CommandIDs.goBack)).toBeNull();
    }
  );
});

describe('Repair', () => {
  it('should be the one thing to do about a job that was cut off', () => {
    const job = golden<Job>('job-cut-off');
    const { container } = render(stage.activity(job));
    expect(container.textContent).toContain(job.failure?.message);
    expect(container.textContent).toContain(job.failure?.hint);
    fireEvent.click(screen.getByText(CommandIDs.repair));
    expect(stage.ran).toEqual([[CommandIDs.repair, { id: 'p1' }]]);
    // What the repair needs cannot be thrown away.
    expect(screen.queryByText(CommandIDs.freeUndo)).toBeNull();
  });

  it('should be offered by a report, and in place of a plan', () => {
    const repair = {
      id: 'repair',
      kind: 'repair',
      title: 'Put climate back as it was',
      job: 'p1'
    } as const;
    const [outcome] = golden<Report>('report-problems').outcomes;
    const { unmount } = render(
      stage.recommendations([{ ...outcome, actions: [repair] }])
    );
    fireEvent.click(screen.getByText(CommandIDs.repair));
    unmount();
    const plan = golden<Plan>('plan-refused');
    const refusal = {
      reason: 'interrupted',
      text: 'No.',
      alternatives: [repair]
    };
    render(stage.plan({ ...plan, refusal }));
    fireEvent.click(screen.getByText(CommandIDs.repair));
    expect(stage.ran).toEqual([
      [CommandIDs.repair, { id: 'p1' }],
      [CommandIDs.repair, { id: 'p1' }]
    ]);
  });
});

describe('Alternatives', () => {
  it('should be planned as the plan that names them says', () => {
    render(stage.plan(golden<Plan>('plan-only-source')));
    const title = 'Build pystan from its source…';
    fireEvent.click(screen.getByText(title));
    expect(stage.ran).toEqual([
      [CommandIDs.planAlternative, { plan: 'p1', action: 'install', title }]
    ]);
  });

  it('should be planned at once where an environment is built for', () => {
    const plan = golden<Plan>('plan-only-source');
    const title = 'Build pystan from its source…';
    const create = {
      id: 'build-environment',
      kind: 'create-environment',
      title,
      commands: [],
      name: 'bayes',
      specs: ['pystan'],
      python: null,
      folder: null,
      build: ['pystan']
    } as const;
    const alternatives = [
      {
        ...create,
        commands: [],
        specs: ['pystan'],
        build: ['pystan'],
        channels: []
      }
    ];
    render(
      stage.plan({
        ...plan,
        refusal: { reason: 'only-source', text: 'No.', alternatives }
      })
    );
    fireEvent.click(screen.getByText(title));
    expect(stage.ran).toEqual([
      [
        CommandIDs.planAlternative,
        { plan: 'p1', action: 'build-environment', title }
      ]
    ]);
  });

  it('should stand beside a plan that is ready, too', () => {
    const { refusal } = golden<Plan>('plan-refused');
    const ready = golden<Plan>('plan-ready');
    render(stage.plan({ ...ready, alternatives: refusal?.alternatives ?? [] }));
    expect(screen.queryByText(CommandIDs.install)).not.toBeNull();
    expect(screen.queryByText('Create an environment…')).not.toBeNull();
  });
});
