import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { AT_NOTEBOOK, isInstalled, panelOf } from './world';

test.use(AT_NOTEBOOK);

/**
 * The panel of one of two tabs. A tab asks nothing while it is hidden, so each is brought to the
 * front before it is looked at.
 */
async function toFront(page: Page): Promise<Locator> {
  await page.bringToFront();
  return panelOf(page);
}

/**
 * Open the demo's notebook in both tabs, and return the second.
 */
async function openTwice(page: IJupyterLabPageFixture): Promise<Page> {
  await page.goto('tree/demo.ipynb?envcheck');
  await expect(
    (await toFront(page)).getByText(/imports sklearn/)
  ).toBeVisible();
  const other = await page.context().newPage();
  await other.goto('lab/workspaces/other/tree/demo.ipynb?envcheck');
  await expect(
    (await toFront(other)).getByText(/imports sklearn/)
  ).toBeVisible();
  return other;
}

/**
 * Install from a tab, and return the processes of the installer, which are stopped before they have
 * done anything: it lasts until they go on.
 */
async function installSlowly(page: Page): Promise<number[]> {
  const panel = await toFront(page);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await panel.getByRole('button', { name: /^Install into/ }).click();
  let installers: number[] = [];
  await expect
    .poll(
      async () => {
        installers = await installersOf(page);
        return installers.length;
      },
      { intervals: [10] }
    )
    .toBeGreaterThan(0);
  installers.forEach(pid => process.kill(pid, 'SIGSTOP'));
  return installers;
}

async function installersOf(page: Page): Promise<number[]> {
  const reply = await page.request.get('envcheck/api/jobs');
  const jobs: { state: string; pid: number | null }[] = await reply.json();
  const worker = jobs.find(({ state }) => state === 'running')?.pid;
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], {
    encoding: 'utf8'
  });
  return processes
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, parent]) => worker && Number(parent) === worker)
    .filter(([, , ...argv]) => argv.includes('install'))
    .map(([pid]) => Number(pid));
}

test('an install that one tab began is followed and undone in another', async ({
  page
}) => {
  const other = await openTwice(page);
  const installers = await installSlowly(page);
  for (const tab of [other, page]) {
    await expect((await toFront(tab)).getByRole('progressbar')).toBeVisible();
  }
  expect(isInstalled('climate', 'sklearn')).toBe(false);
  installers.forEach(pid => process.kill(pid, 'SIGCONT'));
  for (const tab of [other, page]) {
    const panel = await toFront(tab);
    await expect(
      panel.getByText('Done: all planned changes are there.')
    ).toBeVisible({ timeout: 120_000 });
    await expect(panel.getByText(/imports sklearn/)).toBeHidden();
  }

  const panel = await toFront(other);
  await panel.getByRole('button', { name: /^Undo: Install/ }).click();
  await other
    .getByRole('dialog')
    .getByRole('button', { name: 'Undo', exact: true })
    .click();
  for (const tab of [other, page]) {
    const seen = await toFront(tab);
    await expect(
      seen.getByText('Done: all is as it was before.')
    ).toBeVisible();
    await expect(seen.getByText(/imports sklearn/)).toBeVisible();
  }
  expect(isInstalled('climate', 'sklearn')).toBe(false);
});

test('an install that one tab began is cancelled in another', async ({
  page
}) => {
  const other = await openTwice(page);
  await installSlowly(page);
  const panel = await toFront(other);
  await panel.getByRole('button', { name: /^Cancel: Install/ }).click();
  for (const tab of [other, page]) {
    const seen = await toFront(tab);
    await expect(
      seen.getByText('The job was cancelled. Nothing was changed.')
    ).toBeVisible();
    await expect(seen.getByRole('progressbar')).toBeHidden();
    await expect(seen.getByRole('button', { name: /^Cancel: / })).toBeHidden();
  }
  for (const module of ['joblib', 'scipy', 'sklearn']) {
    expect(isInstalled('climate', module)).toBe(false);
  }
});
