import tseslint from 'typescript-eslint';

/** Where an HTTP client may be used directly. Everything else goes through channel-kit, which guards addresses. */
const MAY_CALL_OUT = [
  'libs/channel-kit/**',
  'libs/testing/**',
  'libs/stack/**',
  'apps/sandbox/**',
  // Runs in browsers, which guard addresses themselves.
  'apps/web-chat/widget/**',
  'tools/**',
  'test/**',
];
const TESTS = ['**/*.spec.ts', '**/*.int.ts', '**/*.e2e.ts'];
const GUARDED = 'Addresses are called through the guarded client of @skein/channel-kit.';

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'reports/', '.skein/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A Nest module is a class with a decorator and nothing else; a void arrow is the common form of a listener.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "BinaryExpression[operator='instanceof'][right.name=/Error$/]",
          message: 'Classify errors by code or name: instanceof fails across realms and package copies.',
        },
        {
          selector: "MemberExpression[object.name='AbortSignal'][property.name='any']",
          message:
            'Node 20 collects joined signals as garbage, and they never abort: use limited of channel-kit.',
        },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: GUARDED }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'undici', message: GUARDED, allowTypeImports: true },
            ...['node:http', 'node:https'].map((name) => ({
              name,
              importNames: ['default', 'get', 'request'],
              message: GUARDED,
            })),
          ],
        },
      ],
    },
  },
  {
    files: MAY_CALL_OUT,
    rules: { 'no-restricted-globals': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
    },
  },
  { files: ['tools/**', 'test/**', 'apps/web-chat/widget/**'], rules: { 'no-console': 'off' } },
);
