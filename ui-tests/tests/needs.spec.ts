import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import type { Outcome, Report } from '../../labextension/src/wire';
import { Failure, golden, MockedServer } from './server';
import { barriers, picture } from './stage';
import { letRestart } from './world';

/**
 * The line under cells that a real kernel runs; what the server finds is played, unless it is said
 * that the server is the real one.
 */
const HOSTILE = '<img src=x onerror="window.hacked = true">';

const SKLEARN = missing('sklearn');
const PIP = '!pip install six';
const RESTARTED = 'Kernel Restarting';

test.use({ autoGoto: false });

/**
 * A cell that fails as an import does.
 */
function missing(name: string): string {
  return `raise ModuleNotFoundError("No module named '${name}'")`;
}

/**
 * Open JupyterLab with a new notebook of these cells, and the panel closed.
 */
async function open(
  page: IJupyterLabPageFixture,
  server: MockedServer | null,
  ...cells: string[]
): Promise<void> {
  await server?.attach(page);
  await page.goto();
  await fill(page, cells);
}

/**
 * Make a notebook of these cells.
 */
async function fill(
  page: IJupyterLabPageFixture,
  cells: string[]
): Promise<void> {
  await page.notebook.createNew();
  for (const [index, source] of cells.entries()) {
    if (index > 0) {
      await page.notebook.addCell('code', source);
    } else {
      await page.notebook.setCell(0, 'code', source);
    }
  }
}

/**
 * Run a cell that ends its kernel, and close what JupyterLab says of it.
 */
async function runToDeath(
  page: IJupyterLabPageFixture,
  ...indices: [number, number?]
): Promise<void> {
  await page.notebook.selectCells(...indices);
  await command(page, 'notebook:run-cell');
  const dialog = page.getByRole('dialog').filter({ hasText: RESTARTED });
  await dialog.getByRole('button', { name: 'Ok' }).click();
}

async function command(
  page: IJupyterLabPageFixture,
  id: string
): Promise<void> {
  await page.evaluate(name => {
    // It may take as long as a cell does.
    void window.jupyterapp.commands.execute(name);
  }, id);
}

/**
 * The ids of the cells of the notebook in front.
 */
async function cellIds(page: IJupyterLabPageFixture): Promise<string[]> {
  return page.evaluate(() => {
    const { content } = window.jupyterapp.shell.currentWidget as unknown as {
      content: { widgets: { model: { id: string } }[] };
    };
    return content.widgets.map(({ model }) => model.id);
  });
}

/**
 * The line under a cell of the notebook in front.
 */
function line(page: IJupyterLabPageFixture, index = 0): Locator {
  return page
    .locator('.jp-NotebookPanel:visible')
    .locator(`.jp-Cell[data-windowed-list-index="${index}"]`)
    .getByRole('group', { name: 'What this cell needs' });
}

function anyLine(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-Envcheck-need');
}

function needs(): Report {
  return golden('report-needs') as unknown as Report;
}

test('what a cell needs is said under it, planned in the panel, and run again', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await open(page, server, SKLEARN, 'print(1)');
  await page.notebook.runCell(1);
  expect(server.requests).toEqual([]);
  await page.notebook.runCell(0);
  const shown = line(page);
  await expect(shown).toContainText('sklearn comes with scikit-learn.');
  await expect(shown.getByRole('status')).toHaveText(
    'sklearn comes with scikit-learn.'
  );
  await expect(anyLine(page)).toHaveCount(1);
  expect(server.posted('report')).toHaveLength(1);
  await picture(page, shown, 'need-missing');

  await shown.getByRole('button', { name: 'Copy Command' }).press('Enter');
  await expect(shown.getByRole('button', { name: 'Copied' })).toBeVisible();
  await shown
    .getByRole('button', { name: 'Install into climate…' })
    .press('Enter');
  const plan = page.getByRole('group', { name: 'Plan' });
  await expect(plan.getByRole('row', { name: /scipy/ })).toBeVisible();
  expect(server.posted('plans')).toEqual([
    {
      report: needs().id,
      outcome: 'missing-import:sklearn',
      action: 'install'
    }
  ]);
  expect(server.posted('jobs')).toEqual([]);

  server.answers.job = golden('job-succeeded');
  await plan.getByRole('button', { name: 'Install into climate' }).click();
  await expect(shown).toContainText('What this cell needs is in climate now.');
  await expect(shown).toContainText(
    'Restart the kernel first: it still uses the old threadpoolctl.'
  );
  await expect(shown.getByRole('button', { name: /Restart/ })).toBeVisible();
  await picture(page, shown, 'need-mended');

  await page.notebook.setCell(1, 'code', 'print(2)');
  await shown
    .getByRole('button', { name: 'Run the Cell Again' })
    .press('Enter');
  await expect(shown.getByText('in climate now')).toBeHidden();
  await page.notebook.waitForRun();
});

test('a package whose name nobody knows for certain is typed', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await open(page, server, missing('frobnicate'));
  await page.notebook.runCell(0);
  const shown = line(page);
  await expect(shown).toContainText('frobnicate is not installed in climate.');
  await expect(shown).toContainText('No package is known for certain');
  await expect(shown.getByRole('button')).toHaveCount(1);
  const cells = await page.notebook.getCellCount();
  const field = shown.getByLabel('Package');
  await expect(field).toHaveValue('');
  // In command mode these letters would cut the cell.
  await field.pressSequentially('xxdd-frob');
  await picture(page, shown, 'need-typed');
  await field.press('Enter');
  await expect
    .poll(() => server.posted('plans'))
    .toEqual([
      {
        kernel: expect.any(String),
        wish: { kind: 'install', specs: ['xxdd-frob'] }
      }
    ]);
  expect(await page.notebook.getCellCount()).toBe(cells);
});

test('each need has its sentence and its one action', async ({ page }) => {
  const server = new MockedServer();
  const report = needs();
  server.answers.report = report;
  await open(
    page,
    server,
    '!echo pip install six',
    `raise ImportError('numpy.core.multiarray failed to import')`,
    `raise RuntimeError('CUDA driver version is insufficient for CUDA runtime version')`,
    missing('requests')
  );
  const [shell] = await cellIds(page);
  for (const one of report.facts.notebook.value?.installs ?? []) {
    one.cell = shell;
    one.text = '!echo pip install six';
  }
  for (const { evidence } of report.outcomes) {
    for (const one of evidence.filter(({ value }) => value === PIP)) {
      one.value = '!echo pip install six';
    }
  }
  for (const index of [0, 1, 2, 3]) {
    await page.notebook.runCell(index);
  }
  await expect(line(page, 0)).toContainText(
    'A cell runs !pip, which installs into base and not into climate.'
  );
  await expect(line(page, 1)).toContainText(
    'numexpr cannot be imported with NumPy 2.4.6'
  );
  await expect(
    line(page, 1).getByRole('button', {
      name: 'Update to what was made for it…'
    })
  ).toBeVisible();
  await expect(line(page, 2)).toContainText('driver 535.129.03 is too old');
  await expect(line(page, 3)).toContainText(
    'requests is not installed in climate. requests is installed in base, but not in climate.'
  );
  await picture(page, page.locator('.jp-NotebookPanel:visible'), 'needs');
  expect(await barriers(page, '.jp-Envcheck-need')).toEqual([]);

  await line(page, 2)
    .getByRole('button', { name: 'Check This Environment' })
    .click();
  await expect(
    page.getByRole('region', { name: 'Environment check' })
  ).toBeVisible();
  await page.sidebar.setWidth(700, 'right');
  await picture(
    page,
    page.locator('.jp-NotebookPanel:visible'),
    'needs-narrow'
  );
  expect(
    await anyLine(page).evaluateAll(lines =>
      lines.filter(one => one.scrollWidth > one.clientWidth)
    )
  ).toEqual([]);
  await line(page, 0)
    .getByRole('button', { name: 'Install into climate…' })
    .click();
  await expect
    .poll(() => server.posted('plans'))
    .toEqual([
      { kernel: expect.any(String), wish: { kind: 'install', specs: ['six'] } }
    ]);
});

test('a line goes when it is closed, or its cell is run, edited or deleted', async ({
  page
}) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await open(page, server, SKLEARN, SKLEARN, SKLEARN, SKLEARN, SKLEARN);
  for (const index of [0, 1, 2, 3, 4]) {
    await page.notebook.runCell(index);
  }
  await expect(anyLine(page)).toHaveCount(5);
  await line(page, 0).getByRole('button', { name: 'Close' }).press('Enter');
  await expect(anyLine(page)).toHaveCount(4);
  await page.notebook.setCell(1, 'code', `${SKLEARN}  # later`);
  await expect(anyLine(page)).toHaveCount(3);
  await page.notebook.selectCells(2);
  await command(page, 'notebook:delete-cell');
  await expect(anyLine(page)).toHaveCount(2);

  // A cell that is moved keeps its line.
  await page.notebook.selectCells(2);
  await command(page, 'notebook:move-cell-up');
  await expect(anyLine(page)).toHaveCount(2);
  await expect(line(page, 1)).toBeVisible();

  server.answers.report = golden('report-healthy');
  await page.notebook.runCell(1);
  await expect(anyLine(page)).toHaveCount(1);
  await command(page, 'kernelmenu:shutdown');
  await expect(anyLine(page)).toHaveCount(0);
});

test('stored outputs, forged ones and what another page runs get no line', async ({
  page,
  tmpPath
}) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await server.attach(page);
  const error = {
    output_type: 'error',
    ename: 'ModuleNotFoundError',
    evalue: `No module named 'sklearn'`,
    traceback: [`ModuleNotFoundError: No module named 'sklearn'`]
  };
  const forged = {
    output_type: 'display_data',
    data: {
      'application/vnd.envcheck+json': { id: 'missing-import:sklearn' },
      'text/plain': `ModuleNotFoundError: No module named 'sklearn'`
    },
    metadata: { envcheck: { outcome: 'missing-import:sklearn' } }
  };
  const notebook = galata.Notebook.makeNotebook([
    {
      cell_type: 'code',
      id: 'stored',
      execution_count: 1,
      metadata: { envcheck: { need: 'sklearn' }, trusted: true },
      outputs: [error, forged],
      source: 'import sklearn'
    },
    {
      cell_type: 'code',
      id: 'printing',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: `print("ModuleNotFoundError: No module named 'sklearn'")`
    }
  ]);
  await page.contents.uploadContent(
    JSON.stringify(notebook),
    'text',
    `${tmpPath}/stored.ipynb`
  );
  await page.goto();
  await page.notebook.openByPath(`${tmpPath}/stored.ipynb`);
  await expect(
    page.getByText(`ModuleNotFoundError: No module named 'sklearn'`).first()
  ).toBeVisible();
  // What prints such words does not fail.
  await page.notebook.runCell(1);
  await page.notebook.runCell(1);
  expect(server.requests).toEqual([]);
  await expect(anyLine(page)).toHaveCount(0);

  // Another page runs a cell in the same kernel.
  await page.evaluate(async code => {
    const { sessionContext } = window.jupyterapp.shell
      .currentWidget as unknown as {
      sessionContext: { session: { kernel: { model: object } } };
    };
    const { kernels } = window.jupyterapp.serviceManager;
    const other = kernels.connectTo({
      model: sessionContext.session.kernel.model as never
    });
    await other.requestExecute({ code }).done;
  }, SKLEARN);
  expect(server.requests).toEqual([]);
  await expect(anyLine(page)).toHaveCount(0);
});

test('hostile text is shown as text', async ({ page }) => {
  const server = new MockedServer();
  const report = needs();
  for (const outcome of report.outcomes) {
    outcome.title = `${HOSTILE} ${'x'.repeat(10_000)}`;
    outcome.why = HOSTILE;
  }
  const environment = report.facts.environment.value;
  report.facts.environment.value = environment && {
    ...environment,
    name: HOSTILE
  };
  server.answers.report = report;
  await open(
    page,
    server,
    missing('frobnicate'),
    `raise ImportError('numpy.core.multiarray failed to import ${HOSTILE}')`,
    missing(HOSTILE)
  );
  for (const index of [0, 1, 2]) {
    await page.notebook.runCell(index);
  }
  await expect(line(page, 0)).toContainText(HOSTILE);
  await expect(line(page, 1)).toContainText(HOSTILE);
  await expect(line(page, 2)).toHaveCount(0);
  await expect(anyLine(page).locator('img')).toHaveCount(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('the line is no part of what is saved', async ({ page, tmpPath }) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await open(page, server, SKLEARN);
  await page.notebook.runCell(0);
  await expect(line(page)).toBeVisible();
  await page.notebook.save();
  const name = await page.evaluate(
    () =>
      (
        window.jupyterapp.shell.currentWidget as unknown as {
          context: { path: string };
        }
      ).context.path
  );
  const saved = await page.request.get(`api/contents/${name}`);
  const text = await saved.text();
  expect(text).toContain('No module named');
  expect(text).not.toMatch(/envcheck|scikit-learn|comes with/i);
  expect(tmpPath).not.toBe('');
});

test('each of two notebooks has its own lines, also where one is a copy', async ({
  page,
  tmpPath
}) => {
  const server = new MockedServer();
  server.answers.report = needs();
  await server.attach(page);
  const notebook = JSON.stringify(
    galata.Notebook.makeNotebook([
      {
        cell_type: 'code',
        id: 'same',
        execution_count: null,
        metadata: {},
        outputs: [],
        source: SKLEARN
      }
    ])
  );
  for (const name of ['one', 'two']) {
    await page.contents.uploadContent(
      notebook,
      'text',
      `${tmpPath}/${name}.ipynb`
    );
  }
  await page.goto();
  await page.notebook.openByPath(`${tmpPath}/one.ipynb`);
  await page.notebook.openByPath(`${tmpPath}/two.ipynb`);
  await page.notebook.activate('one.ipynb');
  await page.notebook.runCell(0);
  await expect(line(page)).toBeVisible();
  await page.notebook.activate('two.ipynb');
  await expect(page.locator('.jp-NotebookPanel:visible')).toHaveCount(1);
  await expect(line(page)).toHaveCount(0);
  await page.notebook.runCell(0);
  await expect(line(page)).toBeVisible();
  await line(page).getByRole('button', { name: 'Close' }).click();
  await expect(line(page)).toHaveCount(0);
  await page.notebook.activate('one.ipynb');
  await expect(line(page)).toBeVisible();
});

for (const windowingMode of ['full', 'defer']) {
  test.describe(`windowing mode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        '@jupyterlab/notebook-extension:tracker': {
          ...galata.DEFAULT_SETTINGS['@jupyterlab/notebook-extension:tracker'],
          windowingMode
        }
      }
    });

    test('a long notebook keeps its lines when it is scrolled', async ({
      page,
      tmpPath
    }) => {
      const server = new MockedServer();
      server.answers.report = needs();
      await server.attach(page);
      const cell = (index: number, source: string): object => ({
        cell_type: 'code',
        id: `c${index}`,
        execution_count: null,
        metadata: {},
        outputs: [],
        source
      });
      const cells = Array.from({ length: 80 }, (_, index) =>
        cell(index, index === 0 || index === 79 ? SKLEARN : `x = ${index}\n\n`)
      );
      await page.contents.uploadContent(
        JSON.stringify(galata.Notebook.makeNotebook(cells as never)),
        'text',
        `${tmpPath}/long.ipynb`
      );
      await page.goto();
      await page.notebook.openByPath(`${tmpPath}/long.ipynb`);
      await page.notebook.runCell(0);
      await expect(line(page)).toBeVisible();
      const height = await line(page).evaluate(one => one.clientHeight);
      await scrollTo(page, 79);
      if (windowingMode === 'full') {
        await expect(line(page)).toHaveCount(0);
      }
      await page.notebook.runCell(79);
      await expect(line(page, 79)).toBeVisible();
      await scrollTo(page, 0);
      await expect(line(page)).toBeVisible();
      expect(await line(page).evaluate(one => one.clientHeight)).toBe(height);
      // It has been told, and is not told again.
      await expect(line(page).getByRole('status')).toHaveText(/comes with/);
      await line(page).getByRole('button', { name: 'Close' }).click();
      await expect(line(page)).toHaveCount(0);
      await scrollTo(page, 79);
      await expect(line(page, 79)).toBeVisible();
    });
  });
}

async function scrollTo(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await page.evaluate(async where => {
    const { content } = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        activeCellIndex: number;
        scrollToItem: (index: number) => Promise<void>;
      };
    };
    content.activeCellIndex = where;
    await content.scrollToItem(where);
  }, index);
}

test('a kernel that dies is explained under the cell that ran', async ({
  page
}) => {
  const server = new MockedServer();
  const fatal = 'import os\nos.kill(os.getpid(), 9)';
  await open(page, server, 'import math', fatal, 'y = 1');
  let answer: (outcome: Outcome) => void = () => {};
  const answered = new Promise<Outcome>(resolve => {
    answer = resolve;
  });
  const asked: unknown[] = [];
  await page.route(/\/envcheck\/api\/crash/, async (route, request) => {
    asked.push(request.postDataJSON());
    await route.fulfill({ json: await answered });
  });
  const [before, id] = await cellIds(page);
  await page.notebook.runCell(0);
  // Both are sent; the second waits behind the one that ends the kernel.
  await runToDeath(page, 1, 2);
  const shown = line(page, 1);
  await expect(shown).toContainText('The kernel died while this cell ran.');
  await expect(shown).toContainText('Its imports are repeated');
  await picture(page, shown, 'need-asking');
  expect(asked).toEqual([
    {
      kernel: expect.any(String),
      cell: { id, source: fatal },
      before: [{ id: before, source: 'import math' }]
    }
  ]);
  const outcome = golden('crash') as unknown as Outcome;
  answer({ ...outcome, id: `kernel-died:${id}` });
  await expect(shown).toContainText(
    'Importing sklearn ends the kernel: two OpenMP runtimes meet in it.'
  );
  await picture(page, shown, 'need-died');
  await expect(anyLine(page)).toHaveCount(1);
  await expect(
    shown.getByRole('button', { name: 'Copy Command' })
  ).toBeVisible();
});

test('a death that cannot be explained says why not; a shutdown or a restart is none', async ({
  page
}) => {
  const server = new MockedServer();
  await letRestart(page);
  await open(page, server, 'import os; os._exit(1)', 'input()', 'print(6 * 7)');
  let asked = 0;
  await page.route(/\/envcheck\/api\/crash/, async route => {
    asked++;
    await route.fulfill({
      status: 500,
      json: { message: 'It went wrong.', reason: 'broken', hint: 'Try again.' }
    });
  });
  await runToDeath(page, 0);
  await expect(line(page)).toContainText('It went wrong. Try again.');
  await picture(page, line(page), 'need-problem');
  await line(page).getByRole('button', { name: 'Close' }).click();

  expect(asked).toBe(1);
  await page.notebook.selectCells(1);
  await command(page, 'notebook:run-cell');
  await expect(page.locator('.jp-Stdin-input')).toBeVisible();
  await command(page, 'kernelmenu:restart');
  const restarted = page.waitForResponse(/\/restart/);
  await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await restarted;
  // The new kernel runs: the end of the one before was heard of.
  await page.notebook.runCell(2, true);
  expect(await page.notebook.getCellTextOutput(2)).toEqual(['42\n']);
  await expect(anyLine(page)).toHaveCount(0);
  expect(asked).toBe(1);
});

test('a server without the extension is not mentioned', async ({ page }) => {
  const server = new MockedServer();
  server.answers.report = new Failure(404);
  await open(page, server, SKLEARN, SKLEARN);
  await page.notebook.runCell(0);
  await expect.poll(() => server.posted('report')).toHaveLength(1);
  server.answers.report = needs();
  await page.notebook.runCell(1);
  await expect(line(page, 1)).toBeVisible();
  await expect(anyLine(page)).toHaveCount(1);
});

test('on the real server a missing package is known by its name', async ({
  page
}) => {
  await open(
    page,
    null,
    'import skimage',
    missing('yaml_is_not_this'),
    missing('cv2')
  );
  await page.notebook.runCell(0);
  const shown = line(page);
  await expect(shown).toContainText('skimage comes with scikit-image.');
  await expect(
    shown.getByRole('button', { name: /^Install into .+…$/ })
  ).toBeVisible();
  // No cell imports these: a package does, it seems.
  await page.notebook.runCell(1);
  await expect(line(page, 1).getByLabel('Package')).toBeVisible();
  await page.notebook.runCell(2);
  await expect(line(page, 2)).toContainText('cv2 comes with opencv-python.');
});

test('on the real server an import that ends the kernel is explained, there and in the panel', async ({
  page
}) => {
  await open(page, null, 'import omp_clash');
  await runToDeath(page, 0);
  const shown = line(page);
  const title =
    'Importing omp_clash ends the kernel: two OpenMP runtimes meet in it';
  await expect(shown).toContainText(`${title}.`);
  await expect(shown).toContainText(
    'libomp.so was there when libiomp5.so came'
  );
  await shown.getByRole('button', { name: 'Check This Environment' }).click();
  const panel = page.getByRole('region', { name: 'Environment check' });
  await expect(
    panel.getByRole('button', { name: title }).first()
  ).toHaveAttribute('aria-expanded', 'true');
  await picture(page, panel, 'need-died-panel');
});
