import { expect, test } from '@jupyterlab/galata';
import { Failure, golden, MockedServer } from './server';
import { narrow, open, picture, tooWide, unfold, wide } from './stage';

const HOSTILE = '<img src=x onerror="window.hacked = true">';

test.use({ autoGoto: false });

test('fetches the guide when it is unfolded, and shows what fits first', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-rich');
  const panel = await open(page, server);
  await expect(
    panel.getByRole('heading', { level: 2, name: 'climate' })
  ).toBeVisible();
  const asked = () =>
    server.requests.filter(request => request.url().includes('/guide')).length;
  expect(asked()).toBe(0);
  const guide = await unfold(panel, 'Guide');
  const here = guide.getByRole('button', { name: /You are here/ });
  await expect(here).toHaveText(
    'pip and conda in one environmentYou are here. This is a conda environment.'
  );
  expect(asked()).toBe(1);
  await picture(page, panel, 'guide');
  await here.click();
  await expect(guide.getByRole('columnheader').first()).toBeVisible();
  await picture(page, panel, 'guide-entry');

  await guide.getByRole('searchbox').fill('lock file');
  await expect(
    guide.getByRole('button', { name: 'What a lock file is' })
  ).toBeVisible();
  await expect(here).toBeHidden();
  await guide
    .getByRole('button', { name: 'Files that describe an environment' })
    .click();
  await expect(
    guide.getByRole('heading', { name: 'With conda: environment.yml' })
  ).toBeVisible();
  await picture(page, panel, 'guide-search');
  await guide.getByRole('searchbox').fill('no such words');
  await expect(
    guide.getByText('No entry has all of these words.')
  ).toBeVisible();
  await guide.getByRole('searchbox').fill('');
  await wide(page);
  await picture(page, panel, 'guide-wide');
  await narrow(page);
  expect(await tooWide(panel)).toEqual([]);
  await picture(page, panel, 'guide-narrow');
});

test('opens the entry that a finding points to', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await panel.getByRole('button', { name: /starts 64 threads/ }).click();
  await panel
    .getByRole('button', { name: /Which variable rules which library/ })
    .click();
  const entry = panel.locator('.jp-mod-entry', {
    hasText: 'Which variable rules which library'
  });
  await expect(entry).toHaveAttribute('aria-expanded', 'true');
  await expect(entry).toBeFocused();
  await expect(entry).toBeInViewport();
  await picture(page, panel, 'guide-read');
});

test('says why there is no guide, and tries again', async ({ page }) => {
  const server = new MockedServer();
  server.answers.guide = new Failure(0);
  const panel = await open(page, server);
  const guide = await unfold(panel, 'Guide');
  await expect(
    guide.getByText('The Jupyter server cannot be reached.')
  ).toBeVisible();
  await picture(page, panel, 'guide-offline');
  server.answers.guide = null;
  await guide.getByRole('button', { name: 'Try Again' }).click();
  await expect(
    guide.getByRole('button', { name: 'How to write versions' })
  ).toBeVisible();
});

test('shows markup in the guide as text', async ({ page }) => {
  const server = new MockedServer();
  server.answers.guide = [
    {
      id: 'hostile',
      title: HOSTILE,
      text: '<script>window.hacked = true</script> [press](javascript:alert(1)) **<b>bold</b>**'
    }
  ];
  const panel = await open(page, server);
  const guide = await unfold(panel, 'Guide');
  await guide.getByRole('button', { name: /onerror/ }).click();
  await expect(guide).toContainText('<script>window.hacked = true</script>');
  await expect(guide.getByRole('link')).toHaveCount(0);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});
