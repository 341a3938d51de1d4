import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AT_NOTEBOOK, isInstalled, open, panelOf, WORLD } from './world';

const PICTURES = path.join(__dirname, '../pictures');

/**
 * Keep a picture for the README and docs/, which show the newest JupyterLab.
 */
async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (!process.env.ENVCHECK_LAB) {
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }
}

test.use(AT_NOTEBOOK);

async function runFirstCodeCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<string> {
  await page.notebook.runCell(index);
  return (await page.notebook.getCellTextOutput(index))?.join('') ?? '';
}

/**
 * The process of the job that runs.
 */
async function runningJob(page: IJupyterLabPageFixture): Promise<number> {
  const reply = await page.request.get('envcheck/api/jobs');
  const jobs: { state: string; pid: number }[] = await reply.json();
  return jobs.filter(({ state }) => state === 'running')[0].pid;
}

/**
 * Kill a worker and its installer, as a crash of the machine would.
 */
function killJob(worker: number): void {
  const argv = ['-o', 'pid=', '--ppid', String(worker)];
  const children = execFileSync('ps', argv, { encoding: 'utf8' });
  const pids = [worker, ...children.split(/\s+/).map(Number)];
  for (const pid of pids.filter(Boolean)) {
    process.kill(pid, 'SIGKILL');
  }
}

test('a missing package is found, planned, installed into the kernel’s environment, and proved', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await expect(panel.getByText(/Jupyter itself runs in server/)).toBeVisible();
  await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  await picture(page, 'flow-where');

  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  const install = panel.getByRole('button', { name: /^Install into/ });
  await expect(install).toBeVisible();
  for (const name of ['scikit-learn', 'scipy', 'joblib']) {
    await expect(panel.getByRole('cell', { name, exact: true })).toBeVisible();
  }
  expect(isInstalled('climate', 'sklearn')).toBe(false);
  await picture(page, 'flow-light');

  await install.click();
  await expect(
    panel.getByText('Done: all planned changes are there.')
  ).toBeVisible({ timeout: 120_000 });
  expect(isInstalled('climate', 'sklearn')).toBe(true);
  expect(isInstalled('server', 'sklearn')).toBe(false);
  await expect(panel.getByText(/imports sklearn/)).toBeHidden();

  // The kernel is the same as before: what comes new needs no restart.
  await expect(panel.getByRole('button', { name: /Restart/ })).toBeHidden();
  expect(await runFirstCodeCell(page, 1)).toMatch(/warming by \d/);
  await page.theme.setDarkTheme();
  await picture(page, 'flow-dark');
  await page.theme.setLightTheme();

  await panel.getByRole('button', { name: /^Undo: Install/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('cell', { name: 'scikit-learn', exact: true })
  ).toBeVisible();
  await picture(page, 'flow-undo');
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  expect(isInstalled('climate', 'sklearn')).toBe(false);
  expect(isInstalled('climate', 'numpy')).toBe(true);
  // The kernel has imported it, and goes on with it until it is restarted.
  await panel.getByRole('button', { name: 'Restart Kernel…' }).click();
  const restarted = page.waitForResponse(/\/restart/);
  await dialog.locator('button.jp-mod-accept').click();
  expect((await restarted).status()).toBe(200);
  await expect(panel.getByText(/imports sklearn/)).toBeVisible();
});

test('an install whose processes are killed is named, and put back as it was', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await panel.getByRole('button', { name: /^Install into/ }).click();
  await expect
    .poll(() => isInstalled('climate', 'joblib'), { intervals: [10] })
    .toBe(true);
  killJob(await runningJob(page));

  await expect(
    panel.getByText(/was ended from outside before it was done/)
  ).toBeVisible();
  const again = panel.getByRole('button', { name: /Put It Back as It Was/ });
  await again.first().click();
  await page
    .locator('.jp-Dialog')
    .getByRole('button', { name: 'Undo', exact: true })
    .click();
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  for (const module of ['joblib', 'scipy', 'sklearn']) {
    expect(isInstalled('climate', module)).toBe(false);
  }
  expect(isInstalled('climate', 'numpy')).toBe(true);
  await expect(again).toHaveCount(0);
});

test('an environment is made, used by the notebook, and taken away again', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await panel.getByText('Plan', { exact: true }).click();
  await panel.getByRole('button', { name: 'Create an Environment…' }).click();
  await panel.getByRole('textbox', { name: 'Name' }).fill('warming');
  await panel
    .getByRole('textbox', { name: 'Packages' })
    .fill('numpy scikit-learn');
  await panel.getByRole('button', { name: 'See the Plan' }).click();
  const create = panel.getByRole('button', { name: 'Create warming' });
  await expect(create).toBeVisible();
  expect(existsSync(path.join(WORLD, 'environments', 'warming'))).toBe(false);
  await create.click();
  await expect(
    panel.getByText('Done: the environment “warming” is there.')
  ).toBeVisible({ timeout: 120_000 });

  await panel
    .getByRole('button', { name: 'Use “warming” in This Notebook…' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^The running kernel ends/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use “warming”' }).click();
  await expect(
    panel.getByRole('heading', { level: 2, name: 'warming' })
  ).toBeVisible();
  await expect(panel.getByRole('button', { name: /^Use “/ })).toBeHidden();
  expect(await runFirstCodeCell(page, 1)).toMatch(/warming by \d/);

  await panel.getByRole('button', { name: /^Undo: Create/ }).click();
  await expect(dialog.getByText(/kernel in front is this one/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  expect(existsSync(path.join(WORLD, 'environments', 'warming'))).toBe(false);
  expect(isInstalled('climate', 'sklearn')).toBe(false);
});

test('the same where kernel and server share an environment', async ({
  page
}) => {
  const panel = await open(page, 'shared.ipynb');
  await expect(panel.getByText(/imports humanize/)).toBeVisible();
  await expect(panel.getByText(/Jupyter itself runs in/)).toBeHidden();

  await panel.getByRole('button', { name: 'Install humanize…' }).click();
  const install = panel.getByRole('button', { name: /^Install into/ });
  await expect(install).toBeVisible();
  await expect(panel.getByText(/Jupyter itself runs/)).toBeVisible();
  await install.click();
  // The job of the test before may be shown until this one is.
  await expect
    .poll(() => isInstalled('server', 'humanize'), { timeout: 60_000 })
    .toBe(true);
  await expect(
    panel.getByText('Done: all planned changes are there.')
  ).toBeVisible({ timeout: 60_000 });
  expect(await runFirstCodeCell(page, 0)).toContain('1,234,567');
});

test('a cell that fails is mended from the line under it, and run again', async ({
  page
}) => {
  await page.goto('tree/demo.ipynb');
  await runFirstCodeCell(page, 1);
  const line = page.getByRole('group', { name: 'What this cell needs' });
  await expect(line).toContainText('sklearn comes with scikit-learn.');
  await page.sidebar.close('left');
  await picture(page, 'flow-cell');
  await line.getByRole('button', { name: 'Install into climate…' }).click();
  const panel = panelOf(page);
  const install = panel.getByRole('button', { name: /^Install into/ });
  await expect(install).toBeVisible();
  expect(isInstalled('climate', 'sklearn')).toBe(false);
  await install.click();
  await expect(line).toContainText('What this cell needs is in climate now.', {
    timeout: 120_000
  });
  expect(isInstalled('climate', 'sklearn')).toBe(true);
  await line.getByRole('button', { name: 'Run the Cell Again' }).click();
  await expect(page.getByText(/warming by \d/)).toBeVisible();
  await expect(line).toBeHidden();
});
