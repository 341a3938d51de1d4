import type { IJupyterLabPageFixture, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The world that `demo/demo.py serve` makes, without mocks: the wheel as built, a kernel in an
 * environment of its own, pip, and an index on the loopback that holds real packages.
 *
 * Nothing of Galata is run here but what is handed in: it wants JupyterLab's shell, and Notebook 7
 * has none.
 */
export const WORLD = path.join(tmpdir(), 'envcheck-demo');

/**
 * The options of tests that open JupyterLab at an address that names a notebook.
 */
export const AT_NOTEBOOK: Parameters<typeof test.use>[0] = {
  autoGoto: false,
  // Galata waits for the launcher, which such an address does not open.
  waitForApplication: async ({}, use) => {
    await use(async page => {
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      await page.locator('.jp-NotebookPanel').first().waitFor();
    });
  }
};

/**
 * Whether a module is in an environment of that world.
 */
export function isInstalled(environment: string, module: string): boolean {
  const lib = path.join(WORLD, environment, 'lib');
  return readdirSync(lib).some(python =>
    existsSync(path.join(lib, python, 'site-packages', module))
  );
}

export function panelOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Environment check' });
}

/**
 * Let the server answer when a kernel is restarted.
 *
 * Galata would answer 201 for it, which JupyterLab takes for a failed restart: it stays on channels
 * on which the new kernel may never be heard.
 */
export async function letRestart(page: Page): Promise<void> {
  await page.route(/\/api\/kernels\/[^/]+\/restart/, route => route.continue());
}

/**
 * Open a notebook of that world with the panel.
 */
export async function open(
  page: IJupyterLabPageFixture,
  notebook: string
): Promise<Locator> {
  await letRestart(page);
  await page.goto(`tree/${notebook}?envcheck`);
  const panel = panelOf(page);
  await panel.waitFor();
  await page.sidebar.close('left');
  await page.sidebar.setWidth(380, 'right');
  return panel;
}
