import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import path from 'node:path';
import { Failure, golden, MockedServer } from './server';
import { barriers, open, picture } from './stage';

test.use({ autoGoto: false });

/**
 * Open JupyterLab with a notebook, and the panel closed.
 */
async function closed(
  page: IJupyterLabPageFixture,
  server: MockedServer
): Promise<Locator> {
  await server.attach(page);
  await page.goto();
  await page.notebook.createNew();
  await page.sidebar.close('right');
  return panelOf(page);
}

function panelOf(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('region', { name: 'Environment check' });
}

/**
 * Our item of the status bar; JupyterLab's own names the kernel as well.
 */
function statusOf(page: IJupyterLabPageFixture): Locator {
  return page
    .locator('#jp-main-statusbar')
    .locator('[title^="Check the environment"], [title^="/home/ada/climate"]');
}

async function notebookTab(page: IJupyterLabPageFixture): Promise<Locator> {
  return page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab', {
    hasText: '.ipynb'
  });
}

test('the status bar says what is known, asks nothing, and opens the panel', async ({
  page
}) => {
  const server = new MockedServer();
  await server.attach(page);
  await page.goto();
  await expect(statusOf(page)).toBeHidden();
  const panel = await closed(page, server);
  const status = statusOf(page);
  await expect(status).toHaveText(/^Python 3/);
  expect(server.requests).toEqual([]);

  await status.focus();
  await page.keyboard.press('Enter');
  await expect(panel).toBeVisible();
  const known = statusOf(page);
  await expect(known).toHaveText('climate · Python 3.13 · 1 problem');
  await expect(known).toHaveAttribute('title', /^\/home\/ada\/climate\n1 prob/);
  expect(
    await barriers(page, '#jp-main-statusbar .jp-mod-highlighted')
  ).toEqual([]);
  await picture(page, page.locator('#jp-main-statusbar'), 'statusbar');

  await page.sidebar.close('right');
  await expect(known).toHaveText('climate · Python 3.13 · 1 problem');
  await page.notebook.close();
  await expect(known).toBeHidden();
});

test('the launcher, the palette and the context menus open the panel', async ({
  page
}) => {
  const panel = await closed(page, new MockedServer());
  const entry = page
    .locator('.lm-Menu')
    .getByRole('menuitem', { name: 'Check This Environment' });
  await page
    .locator('.jp-Notebook .jp-Cell')
    .first()
    .click({ button: 'right' });
  await expect(entry).toHaveCount(1);
  await entry.click();
  await expect(panel).toBeVisible();

  await page.sidebar.close('right');
  await (await notebookTab(page)).click({ button: 'right' });
  await expect(entry).toHaveCount(1);
  await entry.click();
  await expect(panel).toBeVisible();

  await page.sidebar.close('right');
  await page.menu.clickMenuItem('File>New Launcher');
  const tile = page
    .locator('.jp-Launcher:visible')
    .getByRole('button', { name: 'Check This Environment' });
  await page
    .locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: 'Launcher' })
    .last()
    .click({ button: 'right' });
  await expect(page.locator('.lm-Menu')).toBeVisible();
  await expect(entry).toHaveCount(0);
  await page.keyboard.press('Escape');
  await tile.scrollIntoViewIfNeeded();
  await page.locator('.jp-Launcher:visible').screenshot({
    path: path.join(__dirname, '../screenshots/launcher.png')
  });
  await tile.click();
  await expect(panel).toBeVisible();

  await page.keyboard.press('Control+Shift+C');
  await page.locator('.lm-CommandPalette-input').fill('Environment Check');
  const palette = page.locator('.lm-CommandPalette-content');
  for (const name of [
    'Check This Environment',
    'Look Again',
    'Create an Environment…',
    'Copy Report for an Issue…',
    'Bring All Dismissed Findings Back',
    'Settings of the Environment Check'
  ]) {
    await expect(
      palette.locator('.lm-CommandPalette-itemLabel', { hasText: name })
    ).toHaveCount(1);
  }
  await page.locator('.lm-CommandPalette').screenshot({
    path: path.join(__dirname, '../screenshots/palette.png')
  });
});

test('a job that ends while the panel is closed is told, after a reload too', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await panel.getByRole('button', { name: 'Install into climate' }).click();
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await page.sidebar.close('right');
  server.answers.job = golden('job-succeeded');
  const told = page.locator('.Toastify__toast');
  await expect(told).toContainText(
    'Done: all planned changes are there. (Install scikit-learn into climate)',
    { timeout: 20_000 }
  );
  await told.getByRole('button', { name: 'Show' }).hover();
  await page.screenshot({
    path: path.join(__dirname, '../screenshots/notification.png')
  });
  server.answers.jobs = [golden('job-succeeded')];
  await told.getByRole('button', { name: 'Show' }).click();
  await expect(panel).toBeVisible();

  const another = (name: string): object => ({
    ...golden(name),
    id: 'a0b1c2d3e4f5'
  });
  server.answers.job = another('job-running');
  server.answers.jobs = [another('job-running')];
  await panel.getByRole('button', { name: /^Look again/i }).click();
  await page.sidebar.close('right');
  await page.sidebar.open('right');
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await page.sidebar.close('right');
  server.answers.job = another('job-failed');
  server.answers.jobs = [another('job-failed')];
  // Without what is remembered of the layout, in which the panel may still be open.
  await page.goto('?reset', { waitForIsReady: false });
  await expect(told).toContainText('pip ended, but scipy is not there.', {
    timeout: 20_000
  });
});

test('a report is copied for an issue after it was read', async ({ page }) => {
  const panel = await open(page, new MockedServer());
  await page.route(/\/envcheck\/api\/report\.md/, route =>
    route.fulfill({
      contentType: 'text/markdown; charset=UTF-8',
      body: '### What envcheck found\n\n- Environment: `climate` (venv), `~/climate`\n'
    })
  );
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await panel
    .getByRole('button', { name: 'Copy Report for an Issue…' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('region', { name: 'The report' })
  ).toContainText('~/climate');
  await picture(page, dialog.locator('.jp-Dialog-content'), 'copy-report');
  await dialog.getByRole('button', { name: 'Copy' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^### What envcheck found\n/
  );

  await page.route(/\/envcheck\/api\/report\.md/, route =>
    route.abort('connectionrefused')
  );
  await panel
    .getByRole('button', { name: 'Copy Report for an Issue…' })
    .click();
  await expect(dialog).toContainText('The Jupyter server cannot be reached.');
});

test('where installs are switched off, a request for the administrator is copied', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  server.answers.job = new Failure(403, {
    message: 'Installing from here is switched off by the administrator.',
    reason: 'not-allowed',
    hint: 'Ask the administrator for the package, or to set Envcheck.allow_install.'
  });
  await panel.getByRole('button', { name: 'Install into climate' }).click();
  await expect(
    panel.getByText(/switched off by the admin/).last()
  ).toBeVisible();
  const copy = panel.getByRole('button', {
    name: 'Copy a Request for the Administrator'
  });
  await expect(copy).toBeInViewport();
  await expect(panel.getByText(/^Ask the administrator/)).toBeInViewport();
  await picture(page, panel, 'installs-off');
  await copy.click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain(
      '    /home/ada/climate/bin/python -m pip install scikit-learn\n'
    );
  await expect(
    panel.getByRole('button', { name: 'Install into climate' })
  ).toHaveCount(0);
});

for (const [wrong, settings] of [
  ['of a side that there is not', { side: 'up' }],
  ['of nonsense', { side: 7, dismissed: 'all', manager: [] }]
] as const) {
  test.describe(`with settings ${wrong}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        'jupyterlab-envcheck:plugin': settings
      }
    });

    test('the panel is there, and dismisses while the page is', async ({
      page
    }) => {
      const panel = await open(page, new MockedServer());
      await panel.getByRole('button', { name: 'Dismiss Here' }).click();
      await expect(panel.getByText('1 dismissed here')).toBeVisible();
    });
  });
}

test.describe('with the left side in the settings', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-envcheck:plugin': {
        experience: 'advanced',
        manager: 'uv',
        side: 'left'
      }
    }
  });

  test('the panel is there, and begins with the manager wished for', async ({
    page
  }) => {
    const server = new MockedServer();
    await server.attach(page);
    await page.goto('?envcheck');
    await page.notebook.createNew();
    const panel = page.locator('#jp-left-stack').locator('.jp-Envcheck');
    await expect(
      panel.getByRole('tab', { name: 'uv', exact: true }).first()
    ).toHaveAttribute('aria-selected', 'true');
  });
});
