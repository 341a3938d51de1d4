import AxeBuilder from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import path from 'node:path';
import { Failure, golden, MockedServer } from './server';

const HOSTILE = '<img src=x onerror="window.hacked = true">';

test.use({ autoGoto: false });

/**
 * Open JupyterLab with the panel, and a notebook if wanted.
 */
async function open(
  page: IJupyterLabPageFixture,
  server: MockedServer,
  notebook = true
): Promise<Locator> {
  await server.attach(page);
  await page.goto('?envcheck');
  if (notebook) {
    await page.notebook.createNew();
  }
  const panel = page.getByRole('region', { name: 'Environment check' });
  await expect(panel).toBeVisible();
  await page.sidebar.setWidth(340, 'right');
  return panel;
}

async function lookAgain(panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: /^Look again/i }).click();
}

/**
 * The selectors of our style sheet that no state has matched so far; `null` before the first one.
 */
let unmatched: Set<string> | null = null;

async function matchStyles(page: IJupyterLabPageFixture): Promise<void> {
  const [all, matched] = await page.evaluate(() => {
    const ours = Array.from(document.styleSheets)
      .flatMap(sheet => Array.from(sheet.cssRules))
      .filter(rule => rule instanceof CSSStyleRule)
      .flatMap(({ selectorText }) => selectorText.split(/,(?![^(]*\))/))
      .map(selector => selector.trim())
      .filter(selector => selector.includes('.jp-Envcheck'));
    return [
      ours,
      ours.filter(selector =>
        document.querySelector(
          selector.replace(/:hover|:focus(-visible)?|:enabled|::[\w-]+/g, '')
        )
      )
    ];
  });
  unmatched ??= new Set(all);
  matched.forEach(selector => unmatched?.delete(selector));
}

/**
 * Keep a picture of the panel, for a person to look at, and note what styles it used.
 *
 * A new theme hides the panel for a moment, so that it looks anew: `late` is what takes its time to
 * come back.
 */
async function picture(
  page: IJupyterLabPageFixture,
  panel: Locator,
  name: string,
  late?: Locator
): Promise<void> {
  const folder = path.join(__dirname, '../screenshots');
  await matchStyles(page);
  await page.mouse.move(10, 500);
  await panel.screenshot({ path: path.join(folder, `${name}-light.png`) });
  await page.theme.setDarkTheme();
  await late?.waitFor();
  await panel.screenshot({ path: path.join(folder, `${name}-dark.png`) });
  await page.theme.setLightTheme();
  await late?.waitFor();
}

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

for (const [name, text] of <[string, string | RegExp][]>[
  ['healthy', 'No problems found.'],
  ['silent', 'No problems found, but 37 checks could not tell.'],
  ['remote', /the kernel runs on another host, node7/],
  ['busy', 'Installs go to climate (venv).'],
  ['conda-base', 'Installs go to base (conda base).'],
  ['old', 'Python 3.9.18']
]) {
  test(`shows the report “${name}”`, async ({ page }) => {
    const server = new MockedServer();
    server.answers.report = golden(`report-${name}`);
    const panel = await open(page, server);
    await expect(panel.getByText(text).first()).toBeVisible();
    for (const button of await panel.locator('h3 button').all()) {
      if ((await button.getAttribute('aria-expanded')) === 'false') {
        await button.click();
      }
    }
    const untold = panel.getByText(/checks could not tell$/);
    if (await untold.isVisible()) {
      await untold.click();
    }
    await picture(page, panel, `report-${name}`);
  });
}

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

test('cuts a long prefix in the middle', async ({ page }) => {
  const server = new MockedServer();
  const long = `/home/ada/${'observations-of-the-north-sea/'.repeat(3)}climate`;
  server.answers.report = JSON.parse(
    JSON.stringify(golden('report-problems')).replaceAll(
      '/home/ada/climate',
      long
    )
  );
  const panel = await open(page, server);
  const prefix = panel.getByRole('button', { name: `Copy the path ${long}` });
  await expect(prefix).toBeVisible();
  const cut = await prefix
    .locator('span')
    .evaluateAll(spans =>
      spans.slice(0, 2).map(span => span.scrollWidth > span.clientWidth)
    );
  expect(cut).toEqual([true, false]);
  await picture(page, panel, 'long-prefix');
});

test('says of a kernel that it died, or is not for it', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const notice = panel.locator('.jp-Envcheck-notice');
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  await page.evaluate(
    'jupyterapp.shell.currentWidget.sessionContext.session.kernel._updateStatus("dead")'
  );
  await expect(notice.getByText('The kernel died.')).toBeVisible();
  await picture(page, panel, 'kernel-dead');
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
  await picture(page, panel, 'installed-since', notice);
  const axe = new AxeBuilder({ page })
    .include('.jp-Envcheck')
    .exclude('.lm-AccordionPanel-title');
  expect((await axe.analyze()).violations).toEqual([]);

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

test('shows hostile text as text', async ({ page }) => {
  const server = new MockedServer();
  const text = JSON.stringify(golden('report-problems'));
  server.answers.report = JSON.parse(
    text
      .replaceAll('"passage": "', '"passage":"')
      .replaceAll(/"(title|why|value|label|source|name)":"[^"]*"/g, (_, key) =>
        JSON.stringify({ [key]: `${key} ${HOSTILE}` }).slice(1, -1)
      )
      .replaceAll(/"url":"[^"]*"/g, '"url":"javascript:window.hacked=true"')
  );
  const panel = await open(page, server);
  await expect(panel.getByText(`why ${HOSTILE}`).first()).toBeVisible();
  await expect(panel.locator('img')).toHaveCount(0);
  await expect(panel.locator('a')).toHaveCount(0);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});

test('fits into 220 pixels, and can be used without eyes', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await expect(panel.getByRole('row', { name: /scipy/ })).toBeVisible();
  // JupyterLab's accordion is not ours to judge.
  const axe = new AxeBuilder({ page })
    .include('.jp-Envcheck')
    .exclude('.lm-AccordionPanel-title');
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map(n => n.html)])
  ).toEqual([]);
  await page.theme.setDarkTheme();
  expect((await axe.analyze()).violations).toEqual([]);
  await page.theme.setLightTheme();
  // JupyterLab's own least width is 250 pixels, but a theme or a phone may have less.
  await page.addStyleTag({
    content: ':root { --jp-sidebar-min-width: 220px !important }'
  });
  // Widths are measured anew when it comes back.
  await page.sidebar.close('right');
  await page.sidebar.open('right');
  await page.sidebar.setWidth(220, 'right');
  expect((await panel.boundingBox())?.width).toBeLessThanOrEqual(220);
  await picture(page, panel, 'narrow');
  const wide = await panel.evaluate(node =>
    Array.from(node.querySelectorAll('.jp-Envcheck-section'))
      .filter(section => section.scrollWidth > section.clientWidth)
      .map(section => section.textContent)
  );
  expect(wide).toEqual([]);
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

test('has no unused style rules', () => {
  // It sums up the tests before it, and has nothing to say when it runs alone.
  test.skip(unmatched === null);
  expect([...(unmatched ?? [])]).toEqual([]);
});
