/**
 * What the panel takes before it is opened, when it is, and while one types (`make bench`).
 */
const path = require('node:path');
const base = require('./playwright.config');

module.exports = {
  ...base,
  testDir: path.join(__dirname, 'benchmarks'),
  projects: [{ name: 'benchmarks', testMatch: '*.spec.ts' }],
  workers: 1,
  timeout: 180_000
};
