import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

const jupyter = jupyterPlugin.default ?? jupyterPlugin;

export default [
  {
    ignores: [
      '.venv/',
      '.yarn/',
      'lib/',
      'node_modules/',
      'src/',
      'ui-tests/demo/',
      'ui-tests/playwright-report/',
      'ui-tests/test-results/'
    ]
  },
  js.configs.recommended,
  ...ts.configs.strict.map(config => ({ ...config, files: ['**/*.{ts,tsx}'] })),
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['labextension/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      // JupyterLab keeps what is private to a module in a namespace called `Private`.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      curly: 'error',
      eqeqeq: 'error',
      'max-lines': [
        'error',
        { max: 500, skipBlankLines: true, skipComments: true }
      ],
      'no-console': 'error',
      // The type of a token has the token's name.
      'no-redeclare': 'off'
    }
  },
  {
    files: ['labextension/src/components/**/*.tsx'],
    rules: { 'max-lines': ['error', 200] }
  },
  {
    // What is imported here is needed at once and small; the panel loads its sections when shown.
    files: ['labextension/src/index.ts'],
    rules: { 'jupyter/prefer-lazy-imports': 'off' }
  },
  {
    // Written by `jlpm types`, with the names that Python gives.
    files: ['labextension/src/wire.ts'],
    rules: { '@typescript-eslint/naming-convention': 'off' }
  },
  {
    files: ['**/__tests__/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: 'labextension/tsconfig.test.json'
      }
    },
    rules: {
      // Words in tests are for nobody to translate, their commands for nobody to document.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  {
    // Playwright reads from the pattern which fixtures a test wants: `{}` wants none.
    files: ['ui-tests/**/*.ts'],
    rules: { 'no-empty-pattern': 'off' }
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        URL: 'readonly'
      }
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  prettier,
  {
    // Written from the schema, a type for each dataclass.
    files: ['labextension/src/wire.ts'],
    rules: { 'max-lines': 'off' }
  }
];
