import { render, screen } from '@testing-library/react';
import React from 'react';
import { Environment } from '../components/Environment';
import type { Report } from '../wire';
import { golden, goldenNames } from './golden';
import { trans } from './stage';

function draw(report: Report): void {
  render(<Environment report={report} trans={trans} />);
}

describe('Environment', () => {
  it('should hold threads against the CPUs that one may use', () => {
    draw(golden('report-rich'));
    const bar = screen.getByRole('img', {
      name: 'Intel MKL 2025.3, from mkl: 32 threads, 4 CPUs'
    });
    expect(bar.className).toContain('jp-mod-over');
    expect(bar.querySelector('hr')?.style.insetInlineStart).toBe('12.5%');
    for (const fine of screen.getAllByRole('img', { name: /4 threads/ })) {
      expect(fine.className).not.toContain('jp-mod-over');
    }
  });

  it('should show how much of a GPU is in use', () => {
    draw(golden('report-rich'));
    const bar = screen.getByRole('img', {
      name: 'NVIDIA L4: 3.0 GiB of 24 GiB in use'
    });
    expect(bar.querySelector('div')?.style.width).toBe('12.5%');
  });

  it('should say why a part is not known', () => {
    draw(golden('report-rich'));
    expect(
      screen.getAllByText(
        "Unknown: the driver's library reports Insufficient Permissions"
      )
    ).toHaveLength(2);
    expect(
      screen.getByText(
        "terms is unknown: an answer about Anaconda's terms cannot be read: permission denied"
      )
    ).toBeTruthy();
  });

  it('should say once why nothing is known', () => {
    draw(golden('report-remote'));
    expect(screen.getAllByText(/node7/)).toHaveLength(1);
  });

  it('should not miss conda where there is none', () => {
    draw(golden('report-healthy'));
    expect(screen.queryByRole('region', { name: 'conda' })).toBeNull();
  });

  it.each(goldenNames('report'))('should draw %s', name => {
    draw(golden(name));
    expect(document.body.textContent).not.toMatch(/null|undefined|NaN|%\d/);
  });
});
