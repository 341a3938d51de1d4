import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { CommandIDs } from '../commandids';
import { Summary } from '../components/Summary';
import { withoutDismissed } from '../dismissals';
import type { Report } from '../wire';
import { golden } from './golden';
import { Stage, trans } from './stage';

const REPORT = golden<Report>('report-problems');
const SKLEARN = 'missing-import:sklearn';

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

function list(...ids: string[]): JSX.Element {
  const { dismissed, outcomes } = withoutDismissed(REPORT, new Set(ids));
  return stage.recommendations([...outcomes], { dismissed });
}

describe('withoutDismissed', () => {
  it('should count what is left, and keep errors that are dismissed apart', () => {
    const { dismissed, outcomes, summary } = withoutDismissed(
      REPORT,
      new Set([SKLEARN, 'blas-report', 'no-such-check'])
    );
    expect(dismissed.map(({ id }) => id)).toEqual([SKLEARN, 'blas-report']);
    expect(outcomes.length).toBe(REPORT.outcomes.length - 2);
    expect(summary).toEqual({ ...REPORT.summary, error: 0, info: 1 });
    expect(REPORT.summary.error).toBe(1);
  });

  it('should take out no check that passed or could not tell', () => {
    const passed = REPORT.outcomes.filter(({ status }) => status !== 'finding');
    const ids = new Set(passed.map(({ id }) => id));
    expect(withoutDismissed(REPORT, ids).dismissed).toEqual([]);
  });
});

describe('what is dismissed', () => {
  it('should be dismissed by its id, with the focus on what comes next', () => {
    render(list());
    fireEvent.click(screen.getByRole('button', { name: CommandIDs.dismiss }));
    expect(stage.ran).toEqual([[CommandIDs.dismiss, { outcome: SKLEARN }]]);
    expect(document.activeElement?.textContent).toMatch(/^1 requirement/);
  });

  it('should be listed with what brings it back, in place of the finding', () => {
    const { container } = render(list(SKLEARN, 'blas-report'));
    expect(screen.queryByRole('button', { name: /^The notebook imp/ })).toBe(
      null
    );
    const details = container.querySelector('details') as HTMLDetailsElement;
    expect(details.textContent).toMatch(/^2 dismissed here/);
    expect(details.textContent).toContain('Problem');
    details.open = true;
    fireEvent.click(
      screen.getByRole('button', { name: /^Bring back: The notebook imports/ })
    );
    expect(stage.ran).toEqual([[CommandIDs.bringBack, { outcome: SKLEARN }]]);
    expect(document.activeElement?.tagName).toBe('SUMMARY');
  });

  it('should leave the focus in the list when the last one is brought back', () => {
    const { container } = render(list(SKLEARN));
    (container.querySelector('details') as HTMLDetailsElement).open = true;
    fireEvent.click(screen.getByRole('button', { name: /^Bring back/ }));
    expect(document.activeElement).toBe(container.querySelector('ul'));
  });

  it('should not be said to be well', () => {
    const ids = REPORT.outcomes.map(({ id }) => id);
    const { dismissed, summary } = withoutDismissed(REPORT, new Set(ids));
    const { container } = render(
      <Summary
        commands={stage.commands}
        dismissed={dismissed.length}
        filter={null}
        summary={summary}
        trans={trans}
      />
    );
    expect(container.textContent).toBe(
      'No problems except dismissed ones.6 dismissed'
    );
    render(list(...ids));
    expect(
      screen.getByText('No recommendations except those you dismissed.')
    ).toBeTruthy();
  });
});
