import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * No mocks: the wheel as built, a kernel in an environment of its own, pip, and an index on the
 * loopback that holds real packages. `demo/demo.py serve` makes this world.
 */
const WORLD = path.join(tmpdir(), 'envcheck-demo');
const PICTURES = path.join(__dirname, '../pictures');

/**
 * Keep a picture for the README, which shows the newest JupyterLab.
 */
async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (!process.env.ENVCHECK_LAB) {
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }
}

test.use({
  autoGoto: false,
  // Galata waits for the launcher, which an address that names a notebook does not open.
  waitForApplication: async ({}, use) => {
    await use(async page => {
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      await page.locator('.jp-NotebookPanel').waitFor();
    });
  }
});

function isInstalled(environment: string, module: string): boolean {
  const lib = path.join(WORLD, environment, 'lib');
  return readdirSync(lib).some(python =>
    existsSync(path.join(lib, python, 'site-packages', module))
  );
}

async function open(
  page: IJupyterLabPageFixture,
  notebook: string
): Promise<Locator> {
  await page.goto(`tree/${notebook}?envcheck`);
  const panel = page.getByRole('region', { name: 'Environment check' });
  await expect(panel).toBeVisible();
  await page.sidebar.close('left');
  await page.sidebar.setWidth(380, 'right');
  return panel;
}

async function runFirstCodeCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<string> {
  await page.notebook.runCell(index);
  return (await page.notebook.getCellTextOutput(index))?.join('') ?? '';
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

  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  const install = panel.getByRole('button', { name: /^Install into/ });
  await expect(install).toBeVisible();
  for (const name of ['scikit-learn', 'scipy', 'joblib']) {
    await expect(
      panel.getByRole('cell', { name, exact: true })
    ).toBeVisible();
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
  await expect(
    panel.getByRole('button', { name: /Restart/ })
  ).toBeHidden();
  expect(await runFirstCodeCell(page, 1)).toMatch(/warming by \d/);
  await page.theme.setDarkTheme();
  await picture(page, 'flow-dark');
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
