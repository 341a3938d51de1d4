/**
 * Every state of the panel, with answers from tests/golden; flow.config.js is the real run.
 */
const { existsSync } = require('node:fs');
const path = require('node:path');
const galata = require('@jupyterlab/galata/lib/playwright-config');

const port = process.env.ENVCHECK_UI_PORT ?? '8899';
const baseURL = `http://127.0.0.1:${port}`;

// Playwright's own browser is used only where the system has none.
const chromium =
  process.env.ENVCHECK_UI_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

const jupyter = ['../.venv/bin/jupyter', '../.venv/Scripts/jupyter.exe']
  .map(file => path.resolve(__dirname, file))
  .find(existsSync);

module.exports = {
  ...galata,
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  reporter: [['list']],
  workers: 1,
  use: {
    ...galata.use,
    baseURL,
    viewport: { width: 1280, height: 900 },
    video: 'off',
    launchOptions: chromium
      ? {
          executablePath: chromium,
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync'
          ]
        }
      : {}
  },
  projects: [{ name: 'panel', testMatch: 'panel.spec.ts' }],
  webServer: {
    command: `"${jupyter ?? 'jupyter'}" lab --allow-root --config jupyter_server_test_config.py`,
    cwd: __dirname,
    env: { ...process.env, ENVCHECK_UI_PORT: port },
    reuseExistingServer: false,
    timeout: 120_000,
    url: `${baseURL}/lab`
  }
};
