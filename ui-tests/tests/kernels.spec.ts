import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page, Response } from '@playwright/test';
import { AT_NOTEBOOK, isInstalled, open, panelOf } from './world';

/**
 * What happens to pages and kernels while the panel looks at them.
 */
const LOOK = /\/envcheck\/api\/report(\?|$)/;

test.use(AT_NOTEBOOK);

function titleOf(page: Page, name: string): Locator {
  return panelOf(page).getByRole('heading', { level: 2, name });
}

/**
 * The server's answer to the panel's next look, which is kept from it.
 */
interface IHeldLook {
  readonly isThere: () => boolean;
  readonly letGo: () => void;
}

async function holdLook(page: Page): Promise<IHeldLook> {
  let isThere = false;
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>(resolve => {
    letGo = resolve;
  });
  await page.route(
    LOOK,
    async route => {
      const response = await route.fetch();
      isThere = true;
      await gate;
      await route.fulfill({ response });
    },
    { times: 1 }
  );
  return { isThere: () => isThere, letGo };
}

/**
 * The process in which code runs, by the panel's next look that finds another one than `before`.
 */
async function otherProcess(
  page: IJupyterLabPageFixture,
  before: number | null
): Promise<number> {
  const processOf = async (response: Response): Promise<number> => {
    const { facts } = await response.json();
    return facts.process.value.pid;
  };
  const look = await page.waitForResponse(
    async response =>
      LOOK.test(response.url()) && (await processOf(response)) !== before
  );
  return processOf(look);
}

/**
 * The id of the kernel of the notebook in front.
 */
async function kernelId(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(
    'jupyterapp.shell.currentWidget.sessionContext.session.kernel.id'
  );
}

/**
 * Open the other notebook; what that returns, a whole widget, stays in the page.
 */
async function openShared(page: Page): Promise<void> {
  await page.evaluate(
    'jupyterapp.commands.execute("docmanager:open", { path: "shared.ipynb" }).then(() => null)'
  );
}

async function startInstall(panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: 'Install scikit-learn…' }).click();
  await panel.getByRole('button', { name: /^Install into/ }).click();
}

test('each notebook is shown its own kernel, whatever answer comes late', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  await expect(titleOf(page, 'climate')).toBeVisible();
  await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  await openShared(page);
  await expect(titleOf(page, 'server')).toBeVisible();
  await expect(panel.getByText(/imports humanize/)).toBeVisible();
  await expect(panel.getByText(/sklearn/)).toHaveCount(0);

  // The answer for one kernel comes when the other is in front.
  const late = await holdLook(page);
  await panel.getByRole('button', { name: /^Look again/ }).click();
  await expect.poll(late.isThere).toBe(true);
  await page.notebook.activate('demo.ipynb');
  await expect(titleOf(page, 'climate')).toBeVisible();
  const shown: (string | null)[] = [];
  await page.exposeFunction('noteTitle', (title: string | null) =>
    shown.push(title)
  );
  await page.evaluate(() => {
    const head = document.querySelector('.jp-Envcheck .jp-SidePanel-header');
    const note = (window as unknown as Record<string, (t: unknown) => void>)[
      'noteTitle'
    ];
    new MutationObserver(() =>
      note(head?.querySelector('h2')?.textContent ?? null)
    ).observe(head as Node, {
      characterData: true,
      childList: true,
      subtree: true
    });
  });
  late.letGo();
  await panel.getByRole('button', { name: /^Look again/ }).click();
  await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  await expect(panel.getByText(/humanize/)).toHaveCount(0);
  expect(shown).not.toContain('server');
});

test('a kernel that is switched leaves nothing of the one before', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  for (const [kernel, environment] of [
    ['python3', 'server'],
    ['climate', 'climate']
  ]) {
    const look = await holdLook(page);
    await page.evaluate(
      `jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: "${kernel}" }).then(() => null)`
    );
    await expect.poll(look.isThere).toBe(true);
    await expect(titleOf(page, 'Looking…')).toBeVisible();
    await expect(panel.locator('.jp-Envcheck-prefix')).toHaveCount(0);
    await expect(panel.getByText(/imports sklearn/)).toHaveCount(0);
    look.letGo();
    await expect(titleOf(page, environment)).toBeVisible();
    await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  }
});

test('a kernel that is restarted is looked at anew', async ({ page }) => {
  const started = otherProcess(page, null);
  const panel = await open(page, 'demo.ipynb');
  const state = panel.locator('.jp-Envcheck-facts');
  await expect(state).toHaveText(/kernel idle$/);
  const id = await kernelId(page);
  const restarted = otherProcess(page, await started);
  const look = await holdLook(page);
  await page.evaluate(
    'jupyterapp.shell.currentWidget.sessionContext.restartKernel()'
  );
  await expect.poll(look.isThere).toBe(true);
  await expect(titleOf(page, 'climate')).toBeVisible();
  look.letGo();
  await restarted;
  await expect(state).toHaveText(/kernel idle$/);
  await expect(titleOf(page, 'climate')).toBeVisible();
  expect(await kernelId(page)).toBe(id);
});

for (const [situation, isHeard] of [
  ['is looked at anew', true],
  ['is looked at anew, though it was silent', false]
] as const) {
  test(`a kernel that another client restarted ${situation}`, async ({
    page
  }) => {
    // What a kernel says before the server listens again is lost: often its start, sometimes all.
    let isDeaf = false;
    await page.routeWebSocket(/\/channels(\?|$)/, socket => {
      const server = socket.connectToServer();
      socket.onMessage(message => {
        isDeaf = false;
        server.send(message);
      });
      server.onMessage(message => {
        if (!isDeaf) {
          socket.send(message);
        }
      });
    });
    const started = otherProcess(page, null);
    const panel = await open(page, 'demo.ipynb');
    const state = panel.locator('.jp-Envcheck-facts');
    for (let before = await started, times = 0; times < 2; times++) {
      await expect(state).toHaveText(/kernel idle$/);
      const restarted = otherProcess(page, before);
      isDeaf = !isHeard;
      await page.request.post(`api/kernels/${await kernelId(page)}/restart`);
      before = await restarted;
    }
    await expect(state).toHaveText(/kernel idle$/);
    await expect(titleOf(page, 'climate')).toBeVisible();
  });
}

test('a kernel that another client ended is said to be gone', async ({
  page
}) => {
  const panel = await open(page, 'demo.ipynb');
  const notice = panel.locator('.jp-SidePanel-header .jp-Envcheck-notice');
  const expectGone = async (): Promise<void> => {
    await expect(notice).toContainText('There is no kernel.');
    await expect(panel.getByRole('heading', { level: 2 })).toHaveCount(0);
    await expect(panel.getByText(/imports/)).toHaveCount(0);
  };
  await expect(titleOf(page, 'climate')).toBeVisible();
  await page.request.delete(`api/kernels/${await kernelId(page)}`);
  await expectGone();
  await openShared(page);
  await expect(titleOf(page, 'server')).toBeVisible();
  await expect(notice).toHaveCount(0);
  await page.notebook.activate('demo.ipynb');
  await expectGone();
});

test('what must stay is not removed, and it is said why', async ({ page }) => {
  const panel = await open(page, 'demo.ipynb');
  await expect(titleOf(page, 'climate')).toBeVisible();
  await panel
    .locator('.lm-AccordionPanel-title', { hasText: 'Packages' })
    .click();
  const search = panel.getByRole('searchbox', { name: /^Find a package/ });
  await search.fill('ipykernel');
  await search.press('ArrowDown');
  await panel.getByRole('button', { name: 'Remove ipykernel…' }).click();
  const plan = panel.getByRole('group', { name: 'Plan' });
  await expect(plan.getByText('What would work')).toBeVisible();
  await expect(plan.getByRole('button', { name: /^Remove from/ })).toBeHidden();
  await plan.getByRole('button', { name: 'Close' }).click();
  expect(isInstalled('climate', 'ipykernel')).toBe(true);

  await search.fill('no-such-package-anywhere');
  await search.press('Enter');
  await expect(plan).toContainText('no-such-package-anywhere');
  await expect(plan.getByRole('button', { name: 'Close' })).toBeVisible();
});

test('an install goes on while the page is loaded again', async ({ page }) => {
  const panel = await open(page, 'demo.ipynb');
  await startInstall(panel);
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await page.reload({ waitForIsReady: false });
  await expect(titleOf(page, 'climate')).toBeVisible();
  await expect
    .poll(() => isInstalled('climate', 'sklearn'), { timeout: 120_000 })
    .toBe(true);
  const activity = panel.getByRole('region', { name: /^Activity/ });
  if (!(await activity.isVisible())) {
    await panel.getByText('Activity', { exact: true }).click();
  }
  const undo = panel.getByRole('button', { name: /^Undo: Install/ });
  await undo.click({ timeout: 120_000 });
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Undo', exact: true })
    .click();
  await expect
    .poll(() => isInstalled('climate', 'sklearn'), { timeout: 60_000 })
    .toBe(false);
});

test.describe('with settings that are kept', () => {
  test.use({ mockSettings: false });

  test('what is dismissed stays so after a reload, and is brought back', async ({
    page
  }) => {
    const panel = await open(page, 'demo.ipynb');
    // The page shows it before the server has it.
    const kept = page.waitForResponse(
      response =>
        response.request().method() === 'PUT' &&
        response.url().includes('/lab/api/settings/jupyterlab-envcheck')
    );
    await panel.getByRole('button', { name: 'Dismiss Here' }).first().click();
    const dismissed = panel.getByText('1 dismissed here');
    await expect(dismissed).toBeVisible();
    expect((await kept).ok()).toBe(true);
    await page.reload({ waitForIsReady: false });
    await dismissed.click();
    await panel.getByRole('button', { name: /^Bring back: / }).click();
    await expect(dismissed).toBeHidden();
    await expect(panel.getByText(/imports sklearn/)).toBeVisible();
  });
});
