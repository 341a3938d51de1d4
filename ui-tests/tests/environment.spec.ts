import { expect, test } from '@jupyterlab/galata';
import { golden, MockedServer } from './server';
import {
  barriers,
  narrow,
  open,
  picture,
  tooWide,
  unfold,
  wide
} from './stage';

test.use({ autoGoto: false });

test('shows what crunches numbers, and against how many CPUs', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-rich');
  const panel = await open(page, server);
  const environment = await unfold(panel, 'Environment');
  const blas = environment.getByRole('region', { name: 'BLAS' });
  await expect(blas).toContainText('Intel MKL 2025.3, from mkl');
  await expect(blas).toContainText('asked numpy in a child process');
  const start = environment.getByRole('region', {
    name: 'Threads at its start'
  });
  await expect(
    start.getByRole('img', {
      name: 'Intel MKL 2025.3, from mkl: 32 threads, 4 CPUs'
    })
  ).toBeVisible();
  await expect(start).toContainText('LLVM OpenMP (libomp) · Unknown');
  await expect(
    environment.getByRole('region', { name: 'Threads in the kernel now' })
  ).toContainText('4 threads, 4 CPUs');
  await picture(page, panel, 'environment');

  const gpus = environment.getByRole('region', { name: 'GPUs' });
  await expect(gpus).toContainText('3.0 GiB of 24 GiB in use');
  await expect(gpus).toContainText(
    "Unknown: the driver's library reports Insufficient Permissions"
  );
  await gpus.scrollIntoViewIfNeeded();
  await picture(page, panel, 'environment-gpus');
  const machine = environment.getByRole('region', { name: 'Machine' });
  await expect(machine).toContainText('4, because of a CPU quota');
  await expect(machine).toContainText('32 on 16 cores');
  await expect(
    environment.getByRole('region', { name: 'conda' })
  ).toContainText('conda-forge, defaults');
  await machine.scrollIntoViewIfNeeded();
  await picture(page, panel, 'environment-machine');

  await wide(page);
  await environment.evaluate(node => node.scrollTo(0, 0));
  await picture(page, panel, 'environment-wide');
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'environment-narrow');
});

for (const name of ['silent', 'remote']) {
  test(`says what is not known, and why: ${name}`, async ({ page }) => {
    const server = new MockedServer();
    server.answers.report = golden(`report-${name}`);
    const panel = await open(page, server);
    const environment = await unfold(panel, 'Environment');
    await expect(
      environment.getByText(
        name === 'silent'
          ? 'Unknown: it could not be read'
          : /the kernel runs on another host, node7/
      )
    ).toHaveCount(name === 'silent' ? 3 : 1);
    expect(await barriers(page)).toEqual([]);
    await picture(page, panel, `environment-${name}`);
  });
}
