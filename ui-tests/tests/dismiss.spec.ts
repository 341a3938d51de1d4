import { expect, galata, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { golden, MockedServer } from './server';
import { open, picture } from './stage';

test.use({ autoGoto: false });

const SKLEARN = 'missing-import:sklearn';

function titles(panel: Locator): Locator {
  return panel.locator('.jp-Envcheck-findingTitle');
}

/**
 * The button of the first finding that is opened.
 */
function dismissOf(panel: Locator): Locator {
  return panel.getByRole('button', { name: 'Dismiss Here' }).first();
}

test('dismisses a finding here, counts it as dismissed, and brings it back, by keyboard alone', async ({
  page
}) => {
  const panel = await open(page, new MockedServer());
  await expect(titles(panel)).toHaveCount(6);
  const dismiss = dismissOf(panel);
  await dismiss.focus();
  await page.keyboard.press('Enter');
  await expect(titles(panel)).toHaveCount(5);
  await expect(titles(panel).first()).toBeFocused();
  await expect(panel.getByRole('button', { name: '1 problem' })).toBeHidden();
  await expect(panel.getByText('1 dismissed', { exact: true })).toBeVisible();
  await expect(panel.getByRole('button', { name: '3 warnings' })).toBeVisible();

  const dismissed = panel.getByText('1 dismissed here');
  await dismissed.focus();
  await page.keyboard.press('Enter');
  const back = panel.getByRole('button', {
    name: /^Bring back: The notebook imports sklearn/
  });
  await expect(back).toBeVisible();
  await back.scrollIntoViewIfNeeded();
  await picture(page, panel, 'dismissed');
  await page.keyboard.press('Tab');
  await expect(back).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(titles(panel)).toHaveCount(6);
  await expect(panel.getByRole('button', { name: '1 problem' })).toBeVisible();
  await expect(dismissed).toBeHidden();
  await expect(panel.locator('.jp-Envcheck-list').first()).toBeFocused();
});

test.describe('with findings dismissed in the settings', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-envcheck:plugin': {
        experience: 'beginner',
        dismissed: {
          '/home/ada/climate': [SKLEARN, 'blas-report'],
          '/home/ada/other': ['threads-exceed-cpus']
        }
      }
    }
  });

  test('remembers them, each in its environment', async ({ page }) => {
    const server = new MockedServer();
    const panel = await open(page, server);
    await expect(panel.getByText('2 dismissed here')).toBeVisible();
    await expect(titles(panel)).toHaveCount(4);
    await expect(
      panel.getByRole('button', { name: /starts 64 threads/ })
    ).toBeVisible();
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('envcheck:bring-all-back')
    );
    await expect(titles(panel)).toHaveCount(6);
  });

  test('says more to a beginner, and shows one way', async ({ page }) => {
    const panel = await open(page, new MockedServer());
    await expect(
      panel.getByText(/^An environment is a folder with a Python/)
    ).toBeVisible();
    const finding = panel.getByRole('button', { name: /^1 requirement/ });
    await finding.click();
    await expect(panel.getByText(/^Or yourself, in a terminal/)).toBeVisible();
    await expect(panel.getByRole('tab')).toHaveCount(0);
    await finding.scrollIntoViewIfNeeded();
    await picture(page, panel, 'beginner');
  });
});

test('is the same after a reload', async ({ page }) => {
  const server = new MockedServer();
  const panel = await open(page, server);
  await dismissOf(panel).click();
  await expect(panel.getByText('1 dismissed here')).toBeVisible();
  await page.reload({ waitForIsReady: false });
  await expect(panel.getByText('1 dismissed here')).toBeVisible();
  await expect(titles(panel)).toHaveCount(5);
});

test('is not taken for well where all is dismissed', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = golden('report-same');
  const panel = await open(page, server);
  await panel.locator('.jp-Envcheck-findingTitle').first().click();
  await dismissOf(panel).click();
  await expect(
    panel.getByText('No problems except dismissed ones.')
  ).toBeVisible();
  await expect(
    panel.getByText('No recommendations except those you dismissed.')
  ).toBeVisible();
  await picture(page, panel, 'all-dismissed');
});
