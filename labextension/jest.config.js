const path = require('node:path');
const base = require('@jupyterlab/testing/lib/jest-config')(__dirname);

module.exports = {
  ...base,
  rootDir: __dirname,
  coverageDirectory: '<rootDir>/../coverage',
  reporters: ['default'],
  testPathIgnorePatterns: ['/node_modules/'],
  testRegex: '/src/__tests__/.*\\.spec\\.tsx?$',
  // JupyterLab's own list is made for its own repository, where its packages are no dependencies.
  transformIgnorePatterns: base.transformIgnorePatterns.map(pattern =>
    pattern.replace('(?!', '(?!@jupyterlab/|')
  ),
  transform: {
    ...base.transform,
    '^.+\\.tsx?$': [
      'ts-jest',
      { tsconfig: path.join(__dirname, 'tsconfig.test.json') }
    ],
    '^.+\\.m?jsx?$': [
      'babel-jest',
      { configFile: require.resolve('./babel.config.js') }
    ]
  }
};
