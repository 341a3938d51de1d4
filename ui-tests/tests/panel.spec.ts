import { expect, galata, test } from '@jupyterlab/galata';
import { Failure, golden, MockedServer } from './server';
import { lookAgain, narrow, open, picture, tooWide, wide } from './stage';

test.use({
  autoGoto: false,
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-envcheck:plugin': { experience: 'advanced' }
  }
});

test('says what to open when nothing is open, and asks nothing', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server, false);
  await expect(
    panel
      .locator('.jp-Envcheck-notice')
      .getByText('No notebook or console is open.')
  ).toBeVisible();
  await picture(page, panel, 'no-notebook');
  expect(server.posted('report')).toEqual([]);
});

test('shows a report, narrows it, and follows what is done', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await expect(panel.getByText('Installs go to climate (venv).')).toBeVisible();
  await expect(panel.getByText(/Jupyter itself runs in base/)).toBeVisible();
  const first = panel.getByRole('button', { name: /imports sklearn/ });
  await expect(first).toHaveAttribute('aria-expanded', 'true');
  await picture(page, panel, 'report');

  await panel.getByRole('button', { name: '3 warnings' }).click();
  await expect(first).toBeHidden();
  const threads = panel.getByRole('button', { name: /starts 64 threads/ });
  await threads.click();
  await threads.scrollIntoViewIfNeeded();
  await picture(page, panel, 'report-warnings');
  await panel.getByRole('button', { name: '3 warnings' }).click();

  await panel.getByRole('tab', { name: 'pip' }).press('ArrowRight');
  await expect(panel.getByRole('tab', { name: 'uv' })).toBeFocused();
  await panel.getByRole('button', { name: 'Insert as Cell' }).click();
  expect(await page.notebook.getCellTextInput(1)).toBe(
    '!uv pip install --python /home/ada/climate/bin/python scikit-learn'
  );

  const install = panel.getByRole('button', { name: 'Install scikit-learn…' });
  server.answers.plan = golden('plan-resolving');
  await install.click();
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan.getByText('Working out what would change…')).toBeVisible();
  await picture(page, panel, 'plan-resolving');
  server.answers.plan = golden('plan-ready');
  await expect(plan.getByRole('row', { name: /scipy/ })).toContainText(
    '35.1 MB'
  );
  await expect(plan).toBeFocused();
  await picture(page, panel, 'plan-ready');
  expect(server.posted('plans')).toEqual([
    {
      report: server.answers.report['id'],
      outcome: 'missing-import:sklearn',
      action: 'install'
    }
  ]);
  await plan.getByRole('button', { name: 'Cancel' }).click();
  await expect(install).toBeFocused();
  expect(server.posted('jobs')).toEqual([]);

  await install.click();
  server.answers.jobs = [golden('job-failed')];
  await plan.getByRole('button', { name: 'Install into climate' }).click();
  expect(server.posted('jobs')).toEqual([{ plan: 'p1' }]);
  await expect(panel.getByRole('progressbar')).toHaveAttribute(
    'value',
    '6200000'
  );
  await picture(page, panel, 'job-running');
  const looks = server.posted('report').length;
  server.answers.job = golden('job-succeeded');
  await expect(
    panel.getByText('Done: all planned changes are there.')
  ).toBeVisible();
  await expect
    .poll(() => server.posted('report').length)
    .toBeGreaterThan(looks);
  expect(server.posted('report').at(-1)).toMatchObject({ refresh: true });
  await panel.getByRole('button', { name: 'Show the log' }).click();
  await picture(page, panel, 'job-succeeded');
});

test('says once that it looks for the first time', async ({ page }) => {
  const server = new MockedServer();
  let answer: (report: object) => void = () => undefined;
  server.answers.report = new Promise(resolve => {
    answer = resolve;
  });
  const panel = await open(page, server);
  const title = panel.getByRole('heading', { level: 2 });
  await expect(title).toHaveText('Looking…');
  await expect(panel.getByText('Looking…')).toHaveCount(1);
  await picture(page, panel, 'first-look');
  answer(golden('report-healthy'));
  await expect(title).toHaveText('climate');
});

test('asks nothing of a kernel that is not Python', async ({ page }) => {
  const server = new MockedServer();
  await page.route(/\/api\/kernelspecs(\?|$)/, async route => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({
      response,
      body: text.replace(/"language":\s*"python"/g, '"language": "R"')
    });
  });
  const panel = await open(page, server);
  await expect(
    panel
      .locator('.jp-Envcheck-notice')
      .getByText('This kernel does not run Python.')
  ).toBeVisible();
  await picture(page, panel, 'not-python');
  expect(server.posted('report')).toEqual([]);
});

test('can be loaded later, where it could not be loaded at first', async ({
  page
}) => {
  const server = new MockedServer();
  await server.attach(page);
  await page.goto('');
  const files = /\/extensions\/jupyterlab-envcheck\/static\//;
  await page.route(files, route => route.abort('connectionrefused'));
  await page.evaluate('void jupyterapp.commands.execute("envcheck:open")');
  const panel = page.getByRole('region', { name: 'Environment check' });
  await expect(panel.getByRole('alert')).toContainText('cannot be reached');
  await picture(page, panel, 'unloaded');
  await page.unroute(files);
  await panel.getByRole('button', { name: 'Try Again' }).click();
  await expect(
    panel
      .locator('.jp-Envcheck-notice')
      .getByText('No notebook or console is open.')
  ).toBeVisible();
  await expect(panel.getByRole('alert')).toBeHidden();
});

test('keeps the last report in sight while it looks', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const title = panel.getByRole('heading', { level: 2, name: 'climate' });
  await expect(title).toBeVisible();
  const where = panel.getByRole('region', { name: 'Where am I' });
  const before = await where.boundingBox();
  const advice = JSON.parse(
    JSON.stringify(golden('report-problems'))
      .replaceAll('"severity":"info"', '"severity":"advice"')
      .replace('"advice":0,"info":2', '"advice":2,"info":0')
  );
  let answer: (report: object) => void = () => undefined;
  server.answers.report = new Promise(resolve => {
    answer = resolve;
  });
  await lookAgain(panel);
  await expect(where).toHaveAttribute('aria-busy', 'true');
  await expect(panel.getByRole('status').first()).toHaveText('Looking…');
  await expect(title).toBeVisible();
  // Nothing moves, nothing fades, and the focus stays.
  expect(await where.boundingBox()).toEqual(before);
  await expect(where).not.toHaveClass(/jp-mod-stale/);
  await expect(
    panel.getByRole('button', { name: /^Look again/i })
  ).toBeFocused();
  await picture(page, panel, 'looking');
  answer(advice);
  await expect(
    panel.getByRole('button', { name: '2 suggestions' })
  ).toBeVisible();
  await picture(page, panel, 'report-advice');
});

test('says that something was installed elsewhere, and looks when asked to', async ({
  page
}) => {
  const server = new MockedServer();
  const report = golden('report-problems');
  server.answers.report = { ...report, fingerprint: 'as-it-was' };
  server.answers.fingerprint = { fingerprint: 'otherwise' };
  const panel = await open(page, server);
  const notice = panel
    .locator('.jp-Envcheck-notice')
    .getByText('Something was installed or removed here since this look.');
  // It is asked about every five seconds.
  await notice.waitFor();
  await expect(panel.getByRole('status').first()).toHaveText(
    /^Something was installed/
  );
  await picture(page, panel, 'installed-since');

  const looks = server.posted('report').length;
  server.answers.report = { ...report, fingerprint: 'otherwise' };
  await panel.getByRole('button', { name: 'Look Again', exact: true }).click();
  await expect(notice).toBeHidden();
  expect(server.posted('report').slice(looks)).toMatchObject([
    { refresh: false }
  ]);
  await expect(
    panel.getByRole('button', { name: /^Look again \(/ })
  ).toBeFocused();
});

test('shows plans that will not be, and jobs that went wrong', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const install = panel.getByRole('button', { name: 'Install scikit-learn…' });
  const plan = panel.getByRole('group', { name: 'Plan' });
  for (const [name, text] of [
    ['refused', /operating system manages this Python/],
    ['failed', /no scikit-learn that fits Python 3.13/]
  ] as const) {
    server.answers.plan = golden(`plan-${name}`);
    await install.click();
    await expect(plan.getByText(text)).toBeVisible();
    await expect(
      plan.getByRole('button', { name: /Install into/ })
    ).toBeHidden();
    await picture(page, panel, `plan-${name}`);
    await plan.getByRole('button', { name: 'Close' }).click();
  }
  server.answers.plan = golden('plan-ready');
  for (const name of ['failed', 'cancelled', 'interrupted']) {
    server.answers.job = golden(`job-${name}`);
    await install.click();
    await plan.getByRole('button', { name: 'Install into climate' }).click();
    await expect(plan).toBeHidden();
    await picture(page, panel, `job-${name}`);
  }
});

test('finds a running job again after a reload', async ({ page }) => {
  const server = new MockedServer();
  const finished = ['succeeded', 'failed', 'cancelled'].map((name, index) => ({
    ...golden(`job-${name}`),
    id: `earlier${index}`,
    undo: { possible: index === 0, until: null, reason: null }
  }));
  const other = { ...golden('job-running'), id: 'other' };
  server.answers.jobs = [golden('job-running'), other, ...finished];
  const panel = await open(page, server);
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await panel.getByText('Earlier').scrollIntoViewIfNeeded();
  await picture(page, panel, 'job-restored');
  await panel
    .getByRole('button', { name: 'Cancel: Install scikit-learn into climate' })
    .first()
    .click();
  expect(server.requests.map(request => request.method())).toContain('DELETE');
  server.answers.job = golden('job-cancelled');
  await expect(
    panel.getByText('Cancelled: nothing was changed.')
  ).toBeVisible();
});

test('takes a job back, having said what comes back', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const plan = panel.getByRole('group', { name: 'Plan' });
  server.answers.plan = golden('plan-undoable');
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await expect(plan.getByText(/This can be undone\./)).toBeVisible();
  await picture(page, panel, 'plan-undoable');
  const undoable = golden('job-undoable');
  server.answers.job = undoable;
  server.answers.jobs = [undoable];
  await plan.getByRole('button', { name: 'Install into climate' }).click();
  await expect(panel.getByText(/12\.4 MB are kept for undo/)).toBeVisible();
  await picture(page, panel, 'job-undoable');

  await panel.getByRole('button', { name: /^Undo: / }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row', { name: /threadpoolctl/ })).toHaveText(
    'changedthreadpoolctl3.8.0 → 3.5.0'
  );
  await picture(page, dialog.locator('.jp-Dialog-content'), 'undo-asked');
  server.answers.job = golden('job-undo');
  const { undo } = golden('job-succeeded');
  server.answers.jobs = [golden('job-undo'), { ...undoable, undo }];
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  expect(server.posted('jobs/p1/undo')).toEqual([{}]);
  await expect(panel.getByText(/^undone · /)).toBeVisible();
  await picture(page, panel, 'job-undo');
  await narrow(page);
  await picture(page, panel, 'job-undo-narrow');
  expect(await tooWide(panel)).toEqual([]);
});

test('frees what is kept for an undo, and plans a way back', async ({
  page
}) => {
  const server = new MockedServer();
  const undoable = golden('job-undoable');
  const kept = { ...undoable, id: 'kept' };
  server.answers.jobs = [undoable, kept];
  server.answers.job = undoable;
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await panel.getByText('Activity', { exact: true }).click();
  const free = panel.getByRole('button', { name: /^Free what is kept of/ });
  await expect(free).toHaveCount(2);
  await picture(page, panel, 'kept');
  server.answers.freed = { ...kept, undo: golden('job-succeeded')['undo'] };
  await free.last().click();
  const dialog = page.getByRole('dialog');
  const yes = dialog.getByRole('button', { name: 'Free 12.4 MB' });
  await expect(yes).toBeVisible();
  await picture(page, dialog.locator('.jp-Dialog-content'), 'free-asked');
  await yes.click();
  await expect(free).toHaveCount(1);
  server.answers.plan = golden('plan-undoable');
  await panel.getByRole('button', { name: /^Go back to before: / }).click();
  await expect(panel.getByRole('row', { name: /scipy/ })).toBeVisible();
  expect(server.posted('plans')).toEqual([
    { wish: { kind: 'back', job: 'kept' } }
  ]);
});

test('repairs what was cut off', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = golden('report-interrupted');
  const cutOff = golden('job-cut-off');
  server.answers.job = cutOff;
  server.answers.jobs = [cutOff];
  const panel = await open(page, server);
  const repair = panel.getByRole('button', { name: 'Put It Back as It Was' });
  await expect(repair.first()).toBeVisible();
  await panel.getByText('Activity', { exact: true }).click();
  await expect(panel.getByText(/The install was cut off/)).toBeVisible();
  await picture(page, panel, 'interrupted');
  server.answers.job = golden('job-undo');
  server.answers.report = golden('report-problems');
  await repair.first().click();
  const dialog = page.locator('.jp-Dialog');
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(panel.getByText('Done: all is as it was before.')).toBeVisible();
  expect(server.posted('jobs/p1/undo')).toEqual([{}]);
});

test('makes an environment, and says what it costs to use it', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-conda-base');
  const panel = await open(page, server);
  const plan = panel.getByRole('group', { name: 'Plan' });
  await panel
    .getByRole('button', { name: /conda's base|base/ })
    .first()
    .click();
  const create = panel
    .getByRole('button', { name: 'Create an environment…' })
    .first();
  await create.click();
  const name = plan.getByLabel('Name');
  await expect(name).toBeFocused();
  await picture(page, panel, 'draft');
  await narrow(page);
  await picture(page, panel, 'draft-narrow');
  expect(await tooWide(panel)).toEqual([]);
  await page.sidebar.setWidth(340, 'right');
  await name.fill('my proj');
  await expect(plan.getByText(/^Use only letters/)).toBeVisible();
  await picture(page, panel, 'draft-wrong');
  await name.fill('proj');
  await plan.getByLabel('Packages').fill('scikit-learn');
  server.answers.plan = golden('plan-create');
  await plan.getByRole('button', { name: 'See the Plan' }).click();
  await expect(plan.getByRole('button', { name: 'Create proj' })).toBeVisible();
  expect(server.posted('plans')).toMatchObject([
    { wish: { kind: 'create', name: 'proj', specs: ['scikit-learn'] } }
  ]);
  await expect(plan).toBeFocused();
  await picture(page, panel, 'plan-create');

  server.answers.job = golden('job-created');
  await plan.getByRole('button', { name: 'Create proj' }).click();
  await picture(page, panel, 'job-created');
  await panel
    .getByRole('button', { name: 'Use “proj” in This Notebook…' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByText('The running kernel ends: its 7 variables would be lost.')
  ).toBeVisible();
  await picture(page, dialog.locator('.jp-Dialog-content'), 'use-asked');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('shows what a new kernel differs in', async ({ page }) => {
  const server = new MockedServer();
  server.answers.plan = golden('plan-threads');
  const panel = await open(page, server);
  await panel.getByRole('button', { name: /starts 64 threads/ }).click();
  await panel
    .getByRole('button', { name: 'Set 4 Variables in a New Kernel…' })
    .click();
  await expect(panel.getByText('+  "OMP_NUM_THREADS": "4",')).toBeVisible();
  await picture(page, panel, 'plan-threads');
  await narrow(page);
  await picture(page, panel, 'plan-threads-narrow');
  expect(await tooWide(panel)).toEqual([]);
});

test('asks a second time before a source is built', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  server.answers.plan = golden('plan-only-source');
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  const build = panel.getByRole('button', { name: /^Build pystan/ });
  await expect(build).toBeVisible();
  await picture(page, panel, 'plan-only-source');
  server.answers.plan = golden('plan-ready');
  await build.click();
  await expect(panel.getByRole('row', { name: /scipy/ })).toBeVisible();
  expect(server.posted('plans').at(-1)).toMatchObject({
    kernel: expect.any(String),
    wish: { kind: 'install', specs: ['pystan==2.19'], build: ['pystan'] }
  });
});

test('says why there is no report', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = new Failure(404);
  const panel = await open(page, server);
  const notice = panel.locator('.jp-Envcheck-notice');
  for (const [name, failure, text] of [
    ['no-extension', new Failure(404), /server part .* is missing/],
    ['forbidden', new Failure(403), /does not allow this/],
    ['offline', new Failure(0), /cannot be reached/],
    [
      'timed-out',
      new Failure(500, {
        message: 'The kernel did not answer within 5 s.',
        reason: 'timed-out',
        hint: 'Interrupt it, or wait until it is idle.'
      }),
      /did not answer within 5 s/
    ]
  ] as const) {
    server.answers.report = failure;
    await lookAgain(panel);
    await expect(notice.getByText(text)).toBeVisible();
    await expect(
      panel.getByRole('button', { name: 'Look Again' })
    ).toBeFocused();
    await picture(page, panel, name);
  }
  server.answers.report = golden('report-problems');
  await lookAgain(panel);
  await expect(panel.getByText('Installs go to climate (venv).')).toBeVisible();
  // The button went, and handed the focus to the one that stays.
  await expect(
    panel.getByRole('button', { name: /^Look again \(/ })
  ).toBeFocused();
  server.answers.report = new Failure(0);
  await lookAgain(panel);
  await expect(notice.getByText(/cannot be reached/)).toBeVisible();
  await picture(page, panel, 'offline-after-report');
});

test('fits into 220 pixels, and fills 900', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await expect(panel.getByRole('row', { name: /scipy/ })).toBeVisible();
  await wide(page);
  await picture(page, panel, 'wide');
  await narrow(page);
  expect((await panel.boundingBox())?.width).toBeLessThanOrEqual(220);
  await picture(page, panel, 'narrow');
  expect(await tooWide(panel)).toEqual([]);
});

test('asks nothing while it is hidden', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = {
    ...golden('report-problems'),
    fingerprint: 'as-it-was'
  };
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await page.sidebar.close('right');
  await expect(panel).toBeHidden();
  const before = server.requests.length;
  await page.notebook.setCell(0, 'code', '1 + 1');
  await page.notebook.runCell(0);
  await expect(page.locator('.jp-OutputArea-output').first()).toHaveText('2');
  // Longer than the model waits after a cell, and between two questions what is installed.
  await page.waitForTimeout(6000);
  expect(server.requests.length).toBe(before);
  await page.sidebar.open('right');
  await expect.poll(() => server.requests.length).toBeGreaterThan(before);
});
