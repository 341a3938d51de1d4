// Only jest needs it: packages of JupyterLab are ES modules.
module.exports = require('@jupyterlab/testing/lib/babel-config').default;
