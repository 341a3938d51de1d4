const path = require('node:path');
const base = require('@jupyterlab/testing/lib/jest-config')(__dirname);

module.exports = {
  ...base,
  rootDir: __dirname,
  coverageDirectory: '<rootDir>/../coverage',
  reporters: ['default'],
  testPathIgnorePatterns: ['/node_modules/'],
  testRegex: '/src/__tests__/.*\\.spec\\.tsx?$',
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
