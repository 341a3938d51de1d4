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

/** `make soak`: all specs, in all themes. */
const SOAK = Boolean(process.env.ENVCHECK_SOAK);

/** What `make test` leaves to it. */
const LONG = ['hostile', 'keyboard', 'magic', 'mime'].map(
  name => `${name}.spec.ts`
);

/** Those of flow.config.js. */
const REAL = ['flow', 'kernels', 'notebook', 'tabs'].map(
  name => `${name}.spec.ts`
);

module.exports = {
  ...galata,
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  reporter: [['list']],
  // Each has a page of its own, and most of its time is spent waiting for it.
  workers: 2,
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
  projects: [
    {
      name: 'panel',
      testMatch: '*.spec.ts',
      testIgnore: [...REAL, 'styles.spec.ts', ...(SOAK ? [] : LONG)]
    },
    // It sums up what all states used, so it comes after them.
    ...(SOAK
      ? [
          {
            name: 'styles',
            testMatch: 'styles.spec.ts',
            dependencies: ['panel']
          }
        ]
      : [])
  ],
  webServer: {
    command: `"${jupyter ?? 'jupyter'}" lab --allow-root --config jupyter_server_test_config.py`,
    cwd: __dirname,
    env: { ...process.env, ENVCHECK_UI_PORT: port },
    reuseExistingServer: false,
    timeout: 120_000,
    url: `${baseURL}/lab`
  }
};
