import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import type { Report } from '../../labextension/src/wire';
import { golden, MockedServer } from './server';
import { barriers, picture } from './stage';
import { letRestart } from './world';

/**
 * The small `%envcheck` in a real kernel, which cannot see the package; the server is the real one,
 * unless it is said that it is played.
 */
const MIME = 'application/vnd.jupyterlab-envcheck+json';
const HOSTILE = '<img src=x onerror="window.hacked = true">';
const TEXT = '%envcheck: JupyterLab shows here';

const BARE =
  'import sys; sys.path[:] = [p for p in sys.path if "envcheck" not in p and not p.endswith("/src")]';

test.use({ autoGoto: false });

/**
 * Open JupyterLab with the panel and a new notebook whose kernel cannot see the package.
 */
async function open(
  page: IJupyterLabPageFixture,
  server: MockedServer | null = null
): Promise<Locator> {
  await server?.attach(page);
  await page.goto('?envcheck');
  await page.notebook.createNew();
  await page.notebook.setCell(0, 'code', BARE);
  await page.notebook.runCell(0, true);
  return page.getByRole('region', { name: 'Environment check' });
}

function toast(page: IJupyterLabPageFixture): Locator {
  return page.locator('.Toastify__toast');
}

/**
 * Press the panel's button, and insert the cell that is offered.
 */
async function use(page: IJupyterLabPageFixture): Promise<void> {
  const panel = page.getByRole('region', { name: 'Environment check' });
  const button = panel.getByRole('button', {
    name: 'Use %envcheck in This Notebook'
  });
  // A look of the panel's own keeps the kernel busy for a moment.
  await expect(
    panel.getByRole('region', { name: 'Where am I' })
  ).toHaveAttribute('aria-busy', 'false');
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  await button.press('Enter');
  const told = toast(page);
  await expect(told).toContainText('until its kernel is restarted');
  await told.getByRole('button', { name: 'Insert as Cell' }).click();
  await expect(told).toHaveCount(0);
}

/**
 * Run the last cell with this source.
 */
async function run(
  page: IJupyterLabPageFixture,
  source: string
): Promise<Locator> {
  const last = (await page.notebook.getCellCount()) - 1;
  await page.notebook.setCell(last, 'code', source);
  await page.notebook.runCell(last, true);
  return page
    .locator(`.jp-NotebookPanel:visible .jp-Cell`)
    .nth(last)
    .locator('.jp-Cell-outputArea');
}

function shown(output: Locator): Locator {
  return output.getByRole('group', { name: 'Environment check' });
}

/**
 * What the kernel in front says that an expression is.
 */
async function evaluate(
  page: IJupyterLabPageFixture,
  expression: string
): Promise<string> {
  return page.evaluate(async code => {
    const { sessionContext } = window.jupyterapp.shell
      .currentWidget as unknown as {
      sessionContext: {
        session: {
          kernel: {
            requestExecute: (content: object) => {
              done: Promise<{ content: unknown }>;
            };
          };
        };
      };
    };
    const { kernel } = sessionContext.session;
    const reply = await kernel.requestExecute({
      code: '',
      silent: true,
      user_expressions: { it: code }
    }).done;
    return JSON.stringify(reply.content);
  }, expression);
}

test('the small magic comes on a click, leaves nothing behind, and draws the server’s report', async ({
  page
}) => {
  const panel = await open(page);
  const names = `sorted(__import__('builtins').list(globals()))`;
  expect(
    await evaluate(page, `get_ipython().find_line_magic('envcheck')`)
  ).toContain('None');
  const before = await evaluate(page, names);
  await picture(page, panel, 'magic-offered');
  await use(page);
  expect(await evaluate(page, names)).toBe(before);
  expect(
    await evaluate(page, `'jupyterlab_envcheck' in sys.modules`)
  ).toContain('False');
  expect(await page.notebook.getCellCount()).toBe(2);

  const asked: unknown[] = [];
  page.on('request', request => {
    if (request.method() === 'POST' && /api\/report/.test(request.url())) {
      asked.push(request.postDataJSON());
    }
  });
  await page.sidebar.close('right');
  const output = await run(page, '%envcheck');
  const report = shown(output);
  await expect(
    report.getByRole('button', { name: 'Check This Environment' })
  ).toBeVisible({ timeout: 60_000 });
  await expect(report).toContainText(/Python 3\./);
  await expect(output.getByText(TEXT)).toBeHidden();
  expect(asked).toHaveLength(1);
  await picture(page, output, 'magic-small', report);
  expect(await barriers(page, '.jp-Envcheck-output')).toEqual([]);

  await page.notebook.save();
  const saved = await page.evaluate(() => {
    const { model } = (
      window.jupyterapp.shell.currentWidget as unknown as {
        content: { model: { toJSON: () => { cells: object[] } } };
      }
    ).content;
    return model.toJSON().cells[1];
  });
  expect(saved).toMatchObject({
    outputs: [
      {
        output_type: 'display_data',
        metadata: {},
        data: {
          [MIME]: { id: expect.stringMatching(/^[0-9a-f]{32}$/) },
          'text/plain': expect.stringContaining(TEXT)
        }
      }
    ]
  });
  expect(JSON.stringify(saved)).not.toMatch(/prefix|Python 3|findings/);

  // The page that is loaded anew saw nothing of it.
  await page.reload({ waitForIsReady: false });
  await expect(page.getByText(TEXT)).toBeVisible({ timeout: 30_000 });
  await expect(shown(page.locator('body'))).toHaveCount(0);
});

test('a restart takes it away, and the panel offers it again', async ({
  page
}) => {
  await open(page);
  await use(page);
  await letRestart(page);
  await page.evaluate(async () => {
    const { sessionContext } = window.jupyterapp.shell
      .currentWidget as unknown as {
      sessionContext: { restartKernel: () => Promise<void> };
    };
    await sessionContext.restartKernel();
  });
  const output = await run(page, '%envcheck');
  await expect(output).toContainText('envcheck` not found');
  await run(page, BARE);
  await page.notebook.addCell('code', '');
  await use(page);
  await expect(shown(await run(page, '%envcheck'))).toBeVisible();
});

test('where the package is in the kernel’s environment its own magic is loaded', async ({
  page
}) => {
  await page.goto('?envcheck');
  await page.notebook.createNew();
  const panel = page.getByRole('region', { name: 'Environment check' });
  const button = panel.getByRole('button', {
    name: 'Use %envcheck in This Notebook'
  });
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  await button.click();
  await expect(toast(page)).toContainText('%load_ext jupyterlab_envcheck');
  expect(
    await evaluate(page, `get_ipython().find_line_magic('envcheck')`)
  ).toContain('EnvcheckMagics');
});

test('a busy kernel is sent nothing', async ({ page }) => {
  const panel = await open(page);
  const button = panel.getByRole('button', {
    name: 'Use %envcheck in This Notebook'
  });
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  await page.notebook.addCell('code', 'input()');
  await page.notebook.selectCells(1);
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:run-cell');
  });
  await expect(page.locator('.jp-Stdin-input')).toBeVisible();
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await button.press('Enter');
  await expect(toast(page)).toHaveCount(0);
  await page.locator('.jp-Stdin-input').press('Enter');
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  // What was sent meanwhile would have been run by now.
  expect(
    await evaluate(page, `get_ipython().find_line_magic('envcheck')`)
  ).toContain('None');
});

test('words narrow what is drawn; what is not known is named', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = golden('report-problems');
  await open(page, server);
  await use(page);
  await page.sidebar.close('right');
  const output = await run(page, `%envcheck notebook ${HOSTILE.slice(0, 4)}`);
  const report = shown(output);
  await expect(report).toContainText('imports sklearn');
  await expect(report).toContainText('“<img” was ignored');
  await expect(report.getByRole('article')).toHaveCount(
    (golden('report-problems') as unknown as Report).outcomes.filter(
      ({ family, status }) => family === 'notebook' && status === 'finding'
    ).length
  );
  await report.getByRole('button', { name: /imports sklearn/ }).press('Enter');
  await picture(page, output, 'magic-narrowed', report);
  expect(await barriers(page, '.jp-Envcheck-output')).toEqual([]);
  await report
    .getByRole('button', { name: 'Check This Environment' })
    .press('Enter');
  await expect(
    page.getByRole('region', { name: 'Environment check' })
  ).toBeVisible();
});

test('stored and forged outputs are a text, and nothing is asked for them', async ({
  page,
  tmpPath
}) => {
  const server = new MockedServer();
  await server.attach(page);
  const output = (id: unknown, text: string): object => ({
    output_type: 'display_data',
    metadata: {},
    data: {
      [MIME]: { id, kernel: 'other', report: golden('report-problems') },
      'text/plain': text,
      'text/html': `<button>Forged</button>${HOSTILE}`
    }
  });
  await page.contents.uploadContent(
    JSON.stringify(
      galata.Notebook.makeNotebook([
        {
          cell_type: 'code',
          id: 'a',
          execution_count: 1,
          metadata: { trusted: true },
          outputs: [output('0'.repeat(32), HOSTILE), output({}, 'second')],
          source: '%envcheck'
        },
        {
          cell_type: 'code',
          id: 'b',
          execution_count: null,
          metadata: {},
          outputs: [],
          source: 'print(1)'
        }
      ] as never)
    ),
    'text',
    `${tmpPath}/stored.ipynb`
  );
  await page.goto();
  await page.notebook.openByPath(`${tmpPath}/stored.ipynb`);
  await page.notebook.runCell(1, true);
  const stored = page
    .locator('.jp-Cell')
    .first()
    .locator('.jp-Cell-outputArea');
  await expect(stored.getByText(HOSTILE)).toBeVisible();
  await expect(stored.getByText('second')).toBeVisible();
  await expect(stored.getByRole('button')).toHaveCount(0);
  await expect(shown(stored)).toHaveCount(0);
  expect(server.requests).toEqual([]);
  await picture(page, stored, 'magic-stored', stored.getByText('second'));

  // Code may show such a bundle, too: it gets the report on its own kernel, and nothing else.
  server.answers.report = golden('report-healthy');
  const id = '1'.repeat(32);
  const forged = await run(
    page,
    `from IPython.display import display\ndisplay({'${MIME}': {'id': '${id}', 'kernel': 'x'}, 'text/plain': 'forged'}, raw=True)`
  );
  await expect(shown(forged)).toContainText('NumPy uses OpenBLAS');
  expect(server.posted('report')).toHaveLength(1);
  expect(server.posted('report')[0]).not.toMatchObject({ kernel: 'x' });
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});
