import { fireEvent, render, screen } from '@testing-library/react';
import { CommandIDs } from '../commandids';
import type { IPreferred } from '../preferences';
import type { Outcome, Report } from '../wire';
import { golden } from './golden';
import { PREFERRED, Stage } from './stage';

const MISSING = golden<Report>('report-problems').outcomes.filter(
  ({ id }) => id === 'missing-import:sklearn'
);
const NAVIGATOR = {
  id: 'navigator',
  kind: 'gui',
  title: 'In Anaconda Navigator',
  steps: ['Open Environments, and click climate.', 'Choose Apply.']
} as const;

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

function show(preferred: Partial<IPreferred>, outcomes = MISSING): void {
  render(
    stage.recommendations(outcomes, {
      preferred: { ...PREFERRED, ...preferred }
    })
  );
}

function withNavigator(): Outcome[] {
  return MISSING.map(outcome => ({
    ...outcome,
    actions: [...outcome.actions, { ...NAVIGATOR, steps: [...NAVIGATOR.steps] }]
  }));
}

function tabs(): string[] {
  return screen
    .queryAllByRole('tab')
    .map(({ textContent }) => textContent ?? '');
}

describe('commands', () => {
  it('should begin with the manager that fits best', () => {
    show({});
    expect(tabs()).toEqual(['pip', 'uv']);
    const shown = screen.getByRole('tab', { selected: true });
    expect(shown.textContent).toBe('pip');
  });

  it('should begin with the manager of the settings, where it fits', () => {
    show({ manager: 'uv' });
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('uv');
    fireEvent.click(screen.getByRole('tab', { name: 'pip' }));
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('pip');
  });

  it('should not mind a manager that does not fit', () => {
    show({ manager: 'mamba' });
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('pip');
  });

  it('should be one way with more words for a beginner', () => {
    show({ experience: 'beginner' });
    expect(tabs()).toEqual([]);
    expect(screen.getByText(/^Or yourself, in a terminal/)).toBeTruthy();
    expect(screen.getByText(/-m pip install scikit-learn$/)).toBeTruthy();
    expect(screen.queryByText(/^uv pip install/)).toBe(null);
  });

  it('should have the steps of Navigator as a tab', () => {
    show({}, withNavigator());
    expect(tabs()).toEqual(['pip', 'uv', 'Navigator']);
    expect(screen.queryByText('In Anaconda Navigator')).toBe(null);
    expect(screen.queryByText('Choose Apply.')).toBe(null);
    fireEvent.click(screen.getByRole('tab', { name: 'Navigator' }));
    expect(screen.getByText('Choose Apply.')).toBeTruthy();
  });

  it('should be the steps of Navigator for a beginner who uses it', () => {
    show({ experience: 'beginner', manager: 'navigator' }, withNavigator());
    expect(screen.getByText('Choose Apply.')).toBeTruthy();
    expect(screen.queryByText(/-m pip install/)).toBe(null);
  });
});

describe('what is to be read', () => {
  const threads = golden<Report>('report-problems').outcomes.filter(
    ({ check }) => check === 'threads-exceed-cpus'
  );

  it('should open the guide at its entry', () => {
    show({}, threads);
    fireEvent.click(screen.getByRole('button', { expanded: false }));
    fireEvent.click(
      screen.getByRole('button', { name: /^Read in the guide: Which variable/ })
    );
    expect(stage.ran).toEqual([
      [CommandIDs.openGuide, expect.objectContaining({ entry: 'threads' })]
    ]);
  });
});
