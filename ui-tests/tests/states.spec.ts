import { expect, test } from '@jupyterlab/galata';
import type { Outcome, Report } from '../../labextension/src/wire';
import { golden, MockedServer } from './server';
import {
  lookAgain,
  narrow,
  open,
  picture,
  tooWide,
  unfold,
  wide
} from './stage';

/**
 * What reports and kernels look like, one after another in one page.
 */
test.use({ autoGoto: false });

function problems(): Report {
  return golden('report-problems') as unknown as Report;
}

/**
 * A report with sixty findings.
 */
function sixty(): Report {
  const report = problems();
  const findings = report.outcomes.filter(({ status }) => status === 'finding');
  const outcomes: Outcome[] = Array.from({ length: 60 }, (_, index) => {
    const outcome = findings[Math.floor(index / 10)];
    return { ...outcome, id: `${outcome.id}-${index}` };
  });
  const counted = (severity: string): number =>
    outcomes.filter(outcome => outcome.severity === severity).length;
  return {
    ...report,
    outcomes,
    summary: {
      ...report.summary,
      error: counted('error'),
      warning: counted('warning'),
      advice: counted('advice'),
      info: counted('info')
    }
  };
}

test('shows each report, with the findings opened', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  for (const [name, text] of <[string, string | RegExp][]>[
    ['healthy', 'No problems found.'],
    ['silent', /^No problems found, but \d+ things could not be checked\.$/],
    ['remote', /the kernel runs on another host, node7/],
    ['busy', 'Installs go to climate (venv).'],
    ['conda-base', 'Installs go to base (conda base).'],
    ['old', 'Python 3.9.18']
  ]) {
    server.answers.report = golden(`report-${name}`);
    await lookAgain(panel);
    await expect(panel.getByText(text).first()).toBeVisible();
    for (const button of await panel.locator('h3 button').all()) {
      if ((await button.getAttribute('aria-expanded')) === 'false') {
        await button.click();
      }
    }
    const untold = panel.locator('details:not([open]) > summary', {
      hasText: /could not be checked$/
    });
    if ((await untold.count()) > 0) {
      await untold.click();
    }
    await picture(page, panel, `report-${name}`);
  }
});

test('shows sixty findings, and opens only what is asked for', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = sixty();
  const panel = await open(page, server);
  const titles = panel.locator('.jp-Envcheck-findingTitle');
  await expect(titles).toHaveCount(60);
  await expect(
    panel.locator('[aria-expanded="true"] >> visible=true').and(titles)
  ).toHaveCount(1);
  await picture(page, panel, 'sixty');
  await wide(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'sixty-wide');
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await titles.last().scrollIntoViewIfNeeded();
  await picture(page, panel, 'sixty-narrow');
});

test('cuts a long prefix in the middle', async ({ page }) => {
  const server = new MockedServer();
  const long = `/home/ada/${'observations-of-the-north-sea/'.repeat(3)}climate`;
  server.answers.report = JSON.parse(
    JSON.stringify(problems()).replaceAll('/home/ada/climate', long)
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

test('follows what a kernel does, and says that it starts or died', async ({
  page
}) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const notice = panel.locator('.jp-Envcheck-notice');
  const facts = panel.locator('.jp-Envcheck-facts');
  await expect(facts).toHaveText('venv · Python 3.13.1 · kernel idle');
  const become = (status: string) =>
    page.evaluate(
      `jupyterapp.shell.currentWidget.sessionContext.session.kernel._updateStatus("${status}")`
    );
  await become('busy');
  await expect(facts).toHaveText(/kernel busy$/);
  await picture(page, panel, 'kernel-busy');
  // Not 'starting', of which the page asks the kernel whether it still is.
  await become('restarting');
  await expect(notice.getByText('The kernel is starting.')).toBeVisible();
  await picture(page, panel, 'kernel-starting');
  await become('dead');
  await expect(notice.getByText('The kernel died.')).toBeVisible();
  await picture(page, panel, 'kernel-dead');
});

test('shows what conda would change', async ({ page }) => {
  const server = new MockedServer();
  server.answers.plan = golden('plan-conda');
  const panel = await open(page, server);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await expect(panel.getByRole('row', { name: /pillow/ })).toContainText(
    'defaults → conda-forge'
  );
  // Most of the room is the plan’s: what would change has to be seen.
  const plan = panel.getByRole('region', { name: /^Plan( Section)?$/ });
  expect((await plan.boundingBox())?.height).toBeGreaterThan(300);
  await picture(page, panel, 'plan-conda');
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'plan-conda-narrow');
});

for (const [name, text] of [
  ['job-conda-undo', /^\/home\/ada\/climate\/etc\//],
  ['job-failed', 'Broken since, and whole before:']
] as const) {
  test(`shows what a job left behind: ${name}`, async ({ page }) => {
    const server = new MockedServer();
    server.answers.job = golden(name);
    server.answers.jobs = [golden(name)];
    const panel = await open(page, server);
    await expect(panel.locator('.jp-Envcheck-facts')).toBeVisible();
    const activity = await unfold(panel, 'Activity');
    await activity.getByText(text).scrollIntoViewIfNeeded();
    await picture(page, panel, name);
  });
}
