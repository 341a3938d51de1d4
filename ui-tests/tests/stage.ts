import AxeBuilder from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MockedServer } from './server';

/**
 * The folder of what the states used of our style sheets, a file of each process that ran tests.
 */
export const NOTES = path.join(__dirname, '../test-results/styles');

/**
 * The themes that pictures are taken in, and the packages they come in; the first is there already.
 */
const THEMES = {
  light: null,
  dark: 'theme-dark-extension',
  contrast: 'theme-dark-high-contrast-extension'
};

/**
 * How many of them: all of them take their time.
 */
const SHOTS = process.env.ENVCHECK_SOAK ? undefined : 1;

const noted = { all: [] as string[], matched: new Set<string>() };

/**
 * Open JupyterLab with the panel, and a notebook if wanted.
 */
export async function open(
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

export async function lookAgain(panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: /^Look again/i }).click();
}

/**
 * Note which selectors of our style sheets match something now: `styles.spec.ts` sums it up.
 */
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
  noted.all = all;
  matched.forEach(selector => noted.matched.add(selector));
  mkdirSync(NOTES, { recursive: true });
  writeFileSync(
    path.join(NOTES, `${process.pid}.json`),
    JSON.stringify({ all: noted.all, matched: [...noted.matched] })
  );
}

/**
 * Lay a theme over the light one, or take it away: JupyterLab's own way hides all for a moment, so
 * that the panel looks anew, and takes a second.
 */
async function dress(
  page: IJupyterLabPageFixture,
  theme: string | null
): Promise<void> {
  await page.evaluate(async name => {
    const id = 'theme-of-the-picture';
    document.getElementById(id)?.remove();
    document.body.dataset['jpThemeLight'] = String(name === null);
    if (name !== null) {
      const link = document.createElement('link');
      link.id = id;
      link.rel = 'stylesheet';
      link.href = `/lab/api/themes/@jupyterlab/${name}/index.css`;
      // JupyterLab's own are there as well, and the last wins.
      document.body.append(link);
      await new Promise((resolve, reject) => {
        link.onload = resolve;
        link.onerror = reject;
      });
    }
  }, theme);
}

/**
 * Keep a picture of the panel in each theme (`make soak`), or the light one, for a person to look at;
 * note what styles it used, and see that nothing is in the way of who does not see it.
 */
export async function picture(
  page: IJupyterLabPageFixture,
  panel: Locator,
  name: string
): Promise<void> {
  const folder = path.join(__dirname, '../screenshots');
  await matchStyles(page);
  await page.mouse.move(10, 500);
  for (const [suffix, theme] of Object.entries(THEMES).slice(0, SHOTS)) {
    await dress(page, theme);
    await panel.screenshot({
      path: path.join(folder, `${name}-${suffix}.png`)
    });
    const where = await panel.evaluate(node =>
      ['.jp-Envcheck', '.jp-Dialog'].find(ours => node.closest(ours))
    );
    if (where) {
      expect(await barriers(page, where, theme !== null)).toEqual([]);
    }
  }
  await dress(page, null);
}

/**
 * What is wrong with the panel for who does not see it; JupyterLab's accordion is not ours to judge.
 *
 * @param colors - Whether only the colours are looked at
 */
export async function barriers(
  page: IJupyterLabPageFixture,
  where = '.jp-Envcheck',
  colors = false
): Promise<unknown[]> {
  // What lies in something without a height it takes for hidden, and says nothing of its colours.
  await page.addStyleTag({ content: 'html, body { height: 100% }' });
  const axe = new AxeBuilder({ page })
    // The other way opens a page of its own each time.
    .setLegacyMode()
    .include(where)
    .exclude('.lm-AccordionPanel-title');
  const { violations } = await (
    colors ? axe.withRules('color-contrast') : axe
  ).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(n => n.html)]);
}

/**
 * Make the panel as narrow as it may get; its widths are measured anew when it comes back.
 */
export async function narrow(page: IJupyterLabPageFixture): Promise<void> {
  // JupyterLab's own least width is 250 pixels, but a theme or a phone may have less.
  await page.addStyleTag({
    content: ':root { --jp-sidebar-min-width: 220px !important }'
  });
  await page.sidebar.close('right');
  await page.sidebar.open('right');
  await page.sidebar.setWidth(220, 'right');
}

/**
 * The words of sections that are wider than the panel.
 */
export async function tooWide(panel: Locator): Promise<unknown[]> {
  return panel.evaluate(node =>
    Array.from(node.querySelectorAll('.jp-Envcheck-section'))
      .filter(section => section.scrollWidth > section.clientWidth)
      .map(section => section.textContent)
  );
}

/**
 * Unfold a section of the panel, alone.
 */
export async function unfold(panel: Locator, name: string): Promise<Locator> {
  const titles = panel.locator('.lm-AccordionPanel-title');
  // The sections are loaded when the panel is first shown, and hidden until there is a report.
  await titles.filter({ hasText: name }).waitFor();
  for (const title of await titles.all()) {
    const wanted = (await title.textContent())?.trim() === name;
    const open = (await title.getAttribute('aria-expanded')) === 'true';
    if (open !== wanted) {
      await title.click();
    }
  }
  // Newer JupyterLabs say “Section” after it.
  return panel.getByRole('region', {
    name: new RegExp(`^${name}( Section)?$`)
  });
}

/**
 * Make the panel as wide as it may be wished.
 */
export async function wide(page: IJupyterLabPageFixture): Promise<void> {
  await page.sidebar.setWidth(900, 'right');
}
