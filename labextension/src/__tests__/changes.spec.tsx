import { cleanup, render, screen } from '@testing-library/react';
import React from 'react';
import { Changes } from '../components/Changes';
import {
  changeBuild,
  changeOrigin,
  changeStep,
  isAnew
} from '../components/changewords';
import type { Job, Plan, Updated } from '../wire';
import { golden } from './golden';
import { Stage, trans } from './stage';

afterEach(cleanup);

const SAME: Updated = {
  name: 'libblas',
  old: '3.9.0',
  new: '3.9.0',
  size: null,
  by: 'conda',
  old_build: '5_mkl',
  build: '5_mkl',
  old_channel: 'conda-forge',
  channel: 'conda-forge'
};

describe('Changes', () => {
  it('should tell whose each package is, and what changes of it', () => {
    const { changes } = golden<Plan>('plan-conda');
    render(<Changes changes={changes} trans={trans} />);
    const rows = screen.getAllByRole('row').slice(1);
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'removedlibopenblasconda · conda-forge0.3.30',
      'changedlibblasconda · conda-forge3.11.0 openblas → mkl18 kB',
      'changedpillowconda · defaults → conda-forge12.0.0 → 12.1.01.1 MB',
      'addedmklconda · conda-forge2026.0124 MB',
      'addedpyresample-extraspip1.448 kB'
    ]);
    expect(
      rows.map(row => row.querySelector('[title]')?.getAttribute('title'))
    ).toEqual([
      'pthreads_h94d23a6_4',
      '5_h4a7cf45_openblas → 5_h5875eb1_mkl',
      'py313h50355cd_0 → py313h80991f8_0',
      'ha770c72_462',
      undefined
    ]);
  });

  it('should say nothing of owners where there is one sort', () => {
    const { changes } = golden<Plan>('plan-ready');
    const { container } = render(<Changes changes={changes} trans={trans} />);
    expect(container.querySelector('.jp-Envcheck-label')).toBeNull();
  });

  it.each<[Partial<Updated>, string, boolean]>([
    [{}, '3.9.0', true],
    [{ new: '3.10.0', build: '5_x' }, '3.9.0 → 3.10.0', false],
    [{ old_build: '31_h59b9bed_openblas' }, '3.9.0 openblas → mkl', false],
    [
      { old_build: 'py312h06a4308_0', build: 'x_0' },
      'py312h06a4308_0 → x_0',
      false
    ],
    [{ old_build: '4_mkl' }, '4_mkl → 5_mkl', false],
    [{ old_channel: 'defaults' }, '3.9.0 defaults → conda-forge', false],
    [{ old_channel: null }, '3.9.0', true]
  ])('should say what changes: %j', (change, step, anew) => {
    const changed = { ...SAME, ...change };
    expect(changeStep(changed)).toContain(step);
    expect(isAnew(changed)).toBe(anew);
  });

  it('should name a channel and a build that stay but once', () => {
    expect(changeOrigin(SAME)).toBe('conda · conda-forge');
    expect(changeBuild(SAME)).toBe('5_mkl');
  });
});

describe('Undo in an environment of conda', () => {
  it('should name what is kept of somebody, and what is gone', () => {
    const { container } = render(
      new Stage().activity(golden<Job>('job-conda-undo'))
    );
    const { textContent } = container;
    expect(textContent).toContain(
      'Somebody made or edited these, so they are kept:'
    );
    expect(textContent).toContain('/home/ada/climate/etc/pyresample.yaml');
    expect(textContent).toContain(
      'The kernel still uses the other PIL, numpy until it is restarted. ' +
        'The kernel still has pyresample_extras imported, which is gone, ' +
        'until it is restarted.'
    );
  });

  it('should count what it does not name', () => {
    const job = golden<Job>('job-conda-undo');
    const aside = Array.from({ length: 13 }, (_, n) => `/home/ada/${n}`);
    const verdict = job.verdict && { ...job.verdict, aside };
    const { container } = render(new Stage().activity({ ...job, verdict }));
    const kept = container.querySelectorAll('.jp-Envcheck-kept li');
    expect(kept).toHaveLength(11);
    expect(kept[10].textContent).toBe('and 3 more, which the log names');
  });
});
