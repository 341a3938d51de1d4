import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { Failure, golden, MockedServer } from './server';
import { narrow, open, picture, tooWide, unfold } from './stage';

/**
 * What others wrote is text, wherever it is shown; the guide and the line under a cell have tests
 * of their own.
 */
test.use({ autoGoto: false });

const MARKUP = '<img src=x onerror="window.hacked = true">';
const ESCAPES = '\u001b[31mred\u001b[0m \u202egnitsil';
const LONG = 'n'.repeat(10_000);

/**
 * An answer all of whose words that come from outside are hostile.
 */
function hostile(answer: object, keys: RegExp, text = MARKUP): object {
  return JSON.parse(
    JSON.stringify(answer, (key, value) =>
      keys.test(key) && typeof value === 'string'
        ? `${key} ${text}`
        : key === 'url'
          ? 'javascript:window.hacked=true'
          : value
    )
  );
}

async function expectOnlyText(
  page: IJupyterLabPageFixture,
  where: Locator
): Promise<void> {
  await expect(where.locator('img, script, iframe')).toHaveCount(0);
  await expect(where.locator('a[href^="javascript" i]')).toHaveCount(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
}

test('a report', async ({ page }) => {
  const server = new MockedServer();
  const words = /^(title|why|value|label|source|name|passage|prefix)$/;
  server.answers.report = hostile(golden('report-rich'), words);
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: `name ${MARKUP}` })
  ).toBeVisible();
  await expect(panel.getByText(`why ${MARKUP}`).first()).toBeAttached();
  await expectOnlyText(page, panel);
  await expect(panel.locator('a')).toHaveCount(0);
  for (const name of ['Environment', 'Packages']) {
    await unfold(panel, name);
    await expect(panel.getByText(MARKUP).last()).toBeVisible();
    await expectOnlyText(page, panel);
  }
  await expectOnlyText(page, page.locator('#jp-main-statusbar'));
});

test('names of ten kilobytes', async ({ page }) => {
  const server = new MockedServer();
  const words = /^(title|why|value|label|name|version)$/;
  server.answers.report = hostile(golden('report-rich'), words, LONG);
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: /^name n+$/ })
  ).toBeVisible();
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'hostile-long');
  const status = page.locator('#jp-main-statusbar');
  expect((await status.boundingBox())?.height).toBeLessThan(40);
  await unfold(panel, 'Packages');
  await panel.getByRole('option').first().click();
  expect(await tooWide(panel)).toEqual([]);
});

test('a plan, a log, a question and what went wrong', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  const words = /^(text|message|hint|display_name|old|new|version|reason)$/;
  const ready = golden('plan-undoable');
  server.answers.plan = hostile(ready, words);
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan.getByText(`version ${MARKUP}`).first()).toBeVisible();
  await expectOnlyText(page, panel);

  const undoable = hostile(golden('job-undoable'), words, MARKUP + ESCAPES);
  server.answers.job = undoable;
  server.answers.jobs = [undoable];
  await plan.getByRole('button', { name: 'Install into climate' }).click();
  await panel.getByRole('button', { name: 'Show the log' }).click();
  const log = panel.locator('.jp-Envcheck-log');
  await expect(log).toContainText(MARKUP);
  await expectOnlyText(page, panel);
  await picture(page, panel, 'hostile-log');

  await panel.getByRole('button', { name: /^Undo: / }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(MARKUP);
  await expectOnlyText(page, dialog);
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  server.answers.report = new Failure(500, {
    message: `It went wrong: ${MARKUP}.`,
    reason: 'broken',
    hint: MARKUP
  });
  await panel.getByRole('button', { name: /^Look again/ }).click();
  await expect(
    panel.getByText(`It went wrong: ${MARKUP}.`).first()
  ).toBeVisible();
  await expectOnlyText(page, panel);
});
