import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { golden, MockedServer, richPlan } from './server';
import { open } from './stage';

/**
 * Every flow by the keyboard alone: no test here clicks.
 */
test.use({ autoGoto: false });

const NAME = 'Install scikit-learn into climate';

/**
 * Go on by Tab, or back, until something has the focus, and nothing but the panel on the way.
 */
async function tabTo(
  page: IJupyterLabPageFixture,
  wanted: Locator,
  key = 'Tab'
): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate(node => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press(key);
  }
  await expect(wanted).toBeFocused();
}

/**
 * Press a button that Tab leads to.
 */
async function press(
  page: IJupyterLabPageFixture,
  wanted: Locator,
  key = 'Tab'
): Promise<void> {
  await tabTo(page, wanted, key);
  await page.keyboard.press('Enter');
}

/**
 * What Tab leads to in the panel, in this order: names, and where they are.
 */
async function stops(
  page: IJupyterLabPageFixture
): Promise<{ name: string; top: number }[]> {
  const found: { name: string; top: number }[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const node = document.activeElement as HTMLElement;
      return node.closest('.jp-Envcheck')
        ? {
            name:
              node.getAttribute('aria-label') ??
              node.querySelector('span:nth-child(2)')?.textContent ??
              node.textContent ??
              '',
            top: node.getBoundingClientRect().top
          }
        : null;
    });
    if (stop === null || found.length > 60) {
      return found;
    }
    found.push(stop);
  }
}

async function focusedInPanel(page: IJupyterLabPageFixture): Promise<boolean> {
  return page.evaluate(
    () => document.activeElement?.closest('.jp-Envcheck') !== null
  );
}

test('goes into the panel when it is opened, and through it from top to bottom', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await expect(panel).toBeFocused();
  const found = await stops(page);
  const names = found.map(({ name }) => name);
  expect(names[0]).toMatch(/^Look again/);
  expect(names.slice(1, 5)).toEqual([
    'Copy the path /home/ada/climate',
    '1 problem',
    '3 warnings',
    '2 notes'
  ]);
  expect(names).toContain('Install scikit-learn…');
  expect(names).toContain('Dismiss Here');
  expect(names.at(-1)).toMatch(/^Guide/);
});

test('an install is planned, cancelled, planned again and carried out, and taken back', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const plan = panel.getByRole('group', { name: 'Plan' });
  const install = panel.getByRole('button', { name: 'Install scikit-learn…' });
  await install.waitFor();
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await press(page, install);
  await expect(plan).toBeFocused();
  await press(page, plan.getByRole('button', { name: 'Cancel' }));
  await expect(install).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(plan).toBeFocused();
  const exact = plan.locator('summary', { hasText: 'The exact command' });
  await press(page, exact);
  await expect(plan.getByText(/-m pip install/).first()).toBeVisible();
  const undoable = golden('job-undoable');
  await press(page, plan.getByRole('button', { name: 'Install into climate' }));
  expect(server.posted('jobs')).toEqual([{ plan: 'p1' }]);
  const cancel = panel.getByRole('button', { name: `Cancel: ${NAME}` });
  await expect(cancel).toBeVisible();
  expect(await focusedInPanel(page)).toBe(true);

  // The finding is mended, and goes with the button that has the focus.
  await expect(install).toBeFocused();
  server.answers.job = undoable;
  server.answers.jobs = [undoable];
  server.answers.report = golden('report-healthy');
  await expect(install).toBeHidden();
  await expect.poll(() => focusedInPanel(page)).toBe(true);

  const undo = panel.getByRole('button', { name: `Undo: ${NAME}` });
  await press(page, undo);
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator(':focus')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  server.answers.job = golden('job-undo');
  server.answers.jobs = [
    golden('job-undo'),
    { ...undoable, undo: golden('job-succeeded')['undo'] }
  ];
  await tabTo(page, dialog.getByRole('button', { name: 'Undo', exact: true }));
  await page.keyboard.press('Enter');
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  await expect(undo).toBeHidden();
  await expect(panel.getByRole('region', { name: /^Activity/ })).toBeFocused();
});

test('a running job is cancelled', async ({ page }) => {
  const server = new MockedServer();
  server.answers.jobs = [golden('job-running')];
  const panel = await open(page, server);
  const cancel = panel.getByRole('button', { name: `Cancel: ${NAME}` });
  await cancel.waitFor();
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await press(page, cancel);
  server.answers.job = golden('job-cancelled');
  server.answers.jobs = [golden('job-cancelled')];
  await expect(
    panel.getByText('Cancelled: nothing was changed.')
  ).toBeVisible();
  await expect(panel.getByRole('region', { name: /^Activity/ })).toBeFocused();
});

test('a refusal leads to an environment that is made', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const plan = panel.getByRole('group', { name: 'Plan' });
  const install = panel.getByRole('button', { name: 'Install scikit-learn…' });
  await install.waitFor();
  server.answers.plan = golden('plan-refused');
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await press(page, install);
  await expect(plan).toBeFocused();
  await press(
    page,
    plan.getByRole('button', { name: 'Create an environment…' })
  );
  await expect(plan.getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('proj');
  server.answers.plan = golden('plan-create');
  await press(page, plan.getByRole('button', { name: 'See the Plan' }));
  await expect(plan).toBeFocused();
  await expect(plan.getByRole('button', { name: 'Create proj' })).toBeVisible();
  server.answers.job = golden('job-created');
  await press(page, plan.getByRole('button', { name: 'Create proj' }));
  const use = panel.getByRole('button', {
    name: 'Use “proj” in This Notebook…'
  });
  await press(page, use);
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator(':focus')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(use).toBeFocused();
});

test('a package is found and changed, and a new one installed', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-rich');
  server.answers.plan = richPlan();
  const panel = await open(page, server);
  const title = panel.locator('.lm-AccordionPanel-title', {
    hasText: 'Packages'
  });
  await title.waitFor();
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await press(page, title);
  const search = panel.getByRole('searchbox', { name: /^Find a package/ });
  await tabTo(page, search);
  await page.keyboard.type('sklearn');
  await expect(panel.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(panel.getByRole('listbox')).toBeFocused();
  await press(
    page,
    panel.getByRole('button', { name: 'Update scikit-learn…' })
  );
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan).toBeFocused();
  await press(page, plan.getByRole('button', { name: 'Cancel' }));
  await expect(
    panel.getByRole('button', { name: 'Update scikit-learn…' })
  ).toBeFocused();
  await tabTo(page, search, 'Shift+Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('xarray');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.posted('plans').length).toBe(2);
  await expect(plan).toBeFocused();
  await press(page, plan.getByRole('button', { name: 'Cancel' }));
  await expect(search).toBeFocused();
  expect(server.posted('plans').map(body => body['wish'])).toEqual([
    { kind: 'update', specs: ['scikit-learn'] },
    { kind: 'install', specs: ['xarray'] }
  ]);
});

test('the guide is searched and read', async ({ page }) => {
  const panel = await open(page, new MockedServer());
  const title = panel.locator('.lm-AccordionPanel-title', { hasText: 'Guide' });
  await title.waitFor();
  await page.evaluate('jupyterapp.commands.execute("envcheck:open")');
  await press(page, title);
  const guide = panel.getByRole('region', { name: /^Guide/ });
  const search = guide.getByRole('searchbox');
  await tabTo(page, search);
  await page.keyboard.type('lock file');
  const entry = guide.getByRole('button', { name: 'What a lock file is' });
  await press(page, entry);
  await expect(entry).toHaveAttribute('aria-expanded', 'true');
  await expect(entry).toBeFocused();
});
