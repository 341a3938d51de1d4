/* eslint-disable jupyter/galata-prefer-menu-helper -- Galata's helpers want JupyterLab's shell */
import { expect, test } from '@playwright/test';
import path from 'node:path';
import { isInstalled, panelOf } from './world';

// Notebook 7 has neither launcher nor status bar nor tabs at its sides.

test('the address opens the panel', async ({ page }) => {
  await page.goto('notebooks/demo.ipynb?envcheck');
  await expect(
    panelOf(page).getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
});

test('a button in the toolbar opens the panel, and a missing package is installed from it', async ({
  page
}) => {
  const wrong: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' && message.text().includes('envcheck')) {
      wrong.push(message.text());
    }
  });
  await page.goto('notebooks/demo.ipynb');
  const panel = panelOf(page);
  const door = page
    .getByRole('toolbar')
    .getByTitle('Show the environment that the current notebook runs in')
    .first();
  await expect(door).toBeVisible();
  await expect(panel).toBeHidden();
  await door.click();
  await expect(panel.getByText(/imports sklearn/).first()).toBeVisible();
  await page.screenshot({
    path: path.join(__dirname, '../screenshots/notebook-7.png')
  });

  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await panel.getByRole('button', { name: /^Install into/ }).click();
  await expect(
    panel.getByText('Done: all planned changes are there.')
  ).toBeVisible({ timeout: 120_000 });
  expect(isInstalled('climate', 'sklearn')).toBe(true);
  expect(isInstalled('server', 'sklearn')).toBe(false);

  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page
    .getByRole('menuitem', { name: 'Run All Cells', exact: true })
    .click();
  await expect(page.locator('.jp-OutputArea-output').first()).toHaveText(
    /warming by \d/
  );
  expect(wrong).toEqual([]);
});
