import type { CodeCell } from '@jupyterlab/cells';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { CommandIDs } from '../commandids';
import { Need } from '../components/Need';
import { needText } from '../components/needwords';
import type { IExecution } from '../executions';
import { Line } from '../needs/line';
import { needOf } from '../needs/need';
import type { Job } from '../wire';
import { golden } from './golden';
import { MANAGED, NEEDS } from './needed';
import { Cell } from './notebook';
import { Stage, trans } from './stage';

describe('Need', () => {
  afterEach(cleanup);

  const lineOf = (name: string, report = NEEDS): Line => {
    const seen = {
      cell: new Cell('a') as unknown as CodeCell,
      panel: { id: 'd1' }
    } as unknown as IExecution;
    const hint = { kind: 'missing', name } as const;
    const need = needOf(hint, report, 'a');
    if (!need) {
      throw new Error('nothing is needed');
    }
    return new Line(seen, hint, { phase: 'found', need });
  };

  const draw = (line: Line): Stage => {
    const stage = new Stage();
    render(<Need commands={stage.commands} line={line} trans={trans} />);
    return stage;
  };

  it('should offer one action and its command', () => {
    const line = lineOf('sklearn');
    const stage = draw(line);
    fireEvent.click(screen.getByText('Install into climate…'));
    fireEvent.click(screen.getByText('Copy Command'));
    fireEvent.click(screen.getByLabelText(CommandIDs.closeLine));
    expect(stage.ran).toMatchObject([
      [CommandIDs.mendCell, { line: line.id }],
      [
        CommandIDs.copy,
        { text: '/home/ada/climate/bin/python -m pip install scikit-learn' }
      ],
      [CommandIDs.closeLine, { line: line.id }]
    ]);
  });

  it('should let the user type a name that nobody knows for certain', () => {
    const line = lineOf('frobnicate');
    const stage = draw(line);
    expect(screen.queryByText(/Install/)).toBeNull();
    const field = screen.getByLabelText('Package');
    fireEvent.keyDown(field, { key: 'Enter' });
    fireEvent.change(field, { target: { value: ' frob ' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(stage.ran).toEqual([
      [CommandIDs.mendCell, { line: line.id, typed: 'frob' }]
    ]);
  });

  it('should keep what was typed while it is not drawn', () => {
    const line = lineOf('frobnicate');
    draw(line);
    const type = { target: { value: 'frob' } };
    fireEvent.change(screen.getByLabelText('Package'), type);
    cleanup();
    draw(line);
    expect(screen.getByLabelText('Package')).toHaveProperty('value', 'frob');
  });

  it('should offer an environment where nothing may be installed', () => {
    const line = lineOf('sklearn', MANAGED);
    const stage = draw(line);
    expect(needText(line, trans)).toBe('sklearn comes with scikit-learn.');
    expect(screen.queryByLabelText('Package')).toBeNull();
    fireEvent.click(
      screen.getByText('Create an environment with scikit-learn…')
    );
    expect(stage.ran[0]).toMatchObject([
      CommandIDs.mendCell,
      { line: line.id }
    ]);
  });

  it('should offer the new kernel in place of running the cell again', () => {
    const line = lineOf('sklearn');
    const { kernelspec } = golden<Job>('job-created').plan;
    if (line.state.phase === 'found') {
      const { need } = line.state;
      line.state = { kernel: kernelspec, need, phase: 'mended', stale: [] };
    }
    const stage = draw(line);
    expect(needText(line, trans)).toBe(
      'The new kernel proj has what this cell needs.'
    );
    expect(screen.queryByText(CommandIDs.runAgain)).toBeNull();
    fireEvent.click(screen.getByText('proj'));
    expect(stage.ran).toEqual([
      [CommandIDs.useKernel, { name: 'proj', title: 'proj' }]
    ]);
  });

  it('should say where it is instead', () =>
    expect(needText(lineOf('requests'), trans)).toBe(
      'requests is not installed in climate. requests is installed in base, but not in climate.'
    ));

  it('should say to restart first what is still in use', () => {
    const line = lineOf('sklearn');
    if (line.state.phase === 'found') {
      const { need } = line.state;
      const stale = ['numpy', 'scipy'];
      line.state = { kernel: null, need, phase: 'mended', stale };
    }
    const stage = draw(line);
    expect(needText(line, trans)).toMatch(/old numpy, and 1 more\.$/);
    fireEvent.click(screen.getByText(CommandIDs.restartKernel));
    fireEvent.click(screen.getByText(CommandIDs.runAgain));
    expect(stage.ran.map(([id]) => id)).toEqual([
      CommandIDs.restartKernel,
      CommandIDs.runAgain
    ]);
  });
});
