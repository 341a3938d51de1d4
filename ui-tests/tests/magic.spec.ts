import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * A module that is not there, which is said without an error that Lab would speak of.
 */
const MISSING = 'try:\n    import sklearn\nexcept ImportError:\n    pass';

const PICTURES = path.join(__dirname, '../screenshots');

/**
 * Run cells in a new notebook, and return the output of the last.
 */
async function ran(
  page: IJupyterLabPageFixture,
  ...cells: string[]
): Promise<Locator> {
  await page.notebook.createNew();
  for (const [index, cell] of cells.entries()) {
    await page.notebook.setCell(index, 'code', cell);
    await page.notebook.runCell(index);
    if (index < cells.length - 1) {
      await page.notebook.addCell('code', '');
    }
  }
  const output = await page.notebook.getCellOutputLocator(cells.length - 1);
  if (output === null) {
    throw new Error('The last cell has no output.');
  }
  return output;
}

async function picture(
  page: IJupyterLabPageFixture,
  output: Locator,
  name: string
): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    await output.screenshot({
      path: path.join(PICTURES, `${name}-${theme.toLowerCase()}.png`)
    });
  }
}

test('the magic shows a report, and a button whose plan is seen before it is done', async ({
  page
}) => {
  const output = await ran(
    page,
    '%load_ext jupyterlab_envcheck',
    MISSING,
    '%envcheck notebook'
  );
  await expect(
    output.getByText('The notebook imports sklearn, which is not')
  ).toBeVisible();
  const button = output.getByRole('button', { name: 'Install scikit-learn…' });
  await expect(button).toBeEnabled();
  await button.click();
  await expect(output.getByText('Install scikit-learn into')).toBeVisible({
    timeout: 60_000
  });
  await picture(page, output, 'magic-report');
});

test('the report is readable when the state of its buttons is gone', async ({
  page
}) => {
  await ran(
    page,
    '%load_ext jupyterlab_envcheck',
    MISSING,
    '%envcheck notebook'
  );
  await page.notebook.save();
  await page.evaluate(async () => {
    await window.jupyterapp.serviceManager.sessions.shutdownAll();
  });
  await page.reload({ waitForIsReady: false });
  const stored = page.locator('.jp-OutputArea-output', {
    hasText: 'The notebook imports sklearn, which is not'
  });
  await expect(stored).toBeVisible({ timeout: 30_000 });
  // Of what it does not trust, JupyterLab drops that it was open.
  const command = stored.getByText('%envcheck install scikit-learn');
  if (!(await command.isVisible())) {
    await stored.locator('summary').first().click();
  }
  await expect(command).toBeVisible();
});

test('a watched cell shows its own result, and what it used', async ({
  page
}) => {
  const output = await ran(
    page,
    '%load_ext jupyterlab_envcheck',
    '%%envcheck\nimport time\nend = time.time() + 1.2\nwhile time.time() < end: pass\n6 * 7'
  );
  await expect(output.getByText('42', { exact: true })).toBeVisible();
  await expect(output.getByText(/^It took 1\.\d s and/)).toBeVisible();
  await picture(page, output, 'magic-cell');
});
