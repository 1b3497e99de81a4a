/**
 * Lint: strict where a mistake decides wrongly or fails silently; layout is prettier's business,
 * sizes, names and banned calls are tools/tidy's, unused code is the compiler's.
 */
import js from '@eslint/js'
import tseslint from 'typescript-eslint'

const correctness = {
  eqeqeq: ['error', 'always'],
  'no-implicit-coercion': 'error',
  'no-promise-executor-return': 'off', // `new Promise((r) => setTimeout(r))` is read at a glance.
  'no-template-curly-in-string': 'off', // Policy variables are written so.
  'no-unreachable-loop': 'error',
  'no-unused-vars': 'off',
  'no-constant-condition': ['error', { checkLoops: false }],
  'prefer-const': 'error',
  'object-shorthand': 'error',
  '@typescript-eslint/no-unused-vars': 'off', // noUnusedLocals and noUnusedParameters.
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
}

/** Needs types: what happens to a promise, a missing case or an error that is not one. */
const typed = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/no-base-to-string': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'packages/wire/models/**',
      '**/generated/**',
      'bailiwick-data/**',
      '.cache/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    extends: [js.configs.recommended, ...tseslint.configs.strict],
    rules: correctness,
  },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: typed,
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // Tests know what they have just put there.
    files: ['**/*.test.ts', '**/testing/**', 'conformance/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
)
