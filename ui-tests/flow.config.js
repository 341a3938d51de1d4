/**
 * The real flow: a built wheel, two environments, a loopback index, no mocks.
 */
const { tmpdir } = require('node:os');
const path = require('node:path');
const base = require('./playwright.config');

const port = process.env.ENVCHECK_FLOW_PORT ?? '8898';
const baseURL = `http://127.0.0.1:${port}`;
// The same in tests/world.ts; its paths are in the pictures of the README.
const world = path.join(tmpdir(), 'envcheck-demo');
const app = process.env.ENVCHECK_APP ?? 'lab';
const lab =
  process.env.ENVCHECK_LAB ??
  (app === 'notebook' ? 'notebook>=7.5' : 'jupyterlab>=4.6');
const [start, spec] =
  app === 'notebook'
    ? ['tree', 'notebook.spec.ts']
    : ['lab', process.env.ENVCHECK_FLOW ?? 'flow.spec.ts'];
const python = path.resolve(__dirname, '../.venv/bin/python');

module.exports = {
  ...base,
  projects: [{ name: 'flow', testMatch: spec }],
  // They install into one environment, one after the other.
  workers: 1,
  timeout: 180_000,
  // The first start of a kernel in a new environment compiles its modules.
  expect: { timeout: 60_000 },
  use: { ...base.use, baseURL },
  webServer: {
    command: `"${python}" demo/demo.py serve "${world}" --port ${port} --lab "${lab}" --app ${app}`,
    cwd: __dirname,
    reuseExistingServer: false,
    timeout: 300_000,
    url: `${baseURL}/${start}`
  }
};
