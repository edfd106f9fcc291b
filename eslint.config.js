import tseslint from 'typescript-eslint';
import { realmOnly } from './tools/lint/realm-only.mjs';

/** Nothing here may be imported by the core; only hosts, entries and the command line stand outside it. */
const outsideTheCore = ['src/host/realm.ts', 'src/host/*/**', 'src/cli/**', 'src/entry/**'];

const noHosts = {
  regex: '^(node:|node-av$|node-av/|jsdom$|happy-dom$|(\\.{1,2}/)+(host/[^/.]+/|cli/|entry/|native/))',
  message: 'The core is plain ECMAScript: what it needs from outside comes through `host` (docs/architecture.md).',
};

/** `webaudio`, `webrtc` and `media-element` meet in `mediastream`, `webcodecs` and `container` only. */
const apis = ['webaudio', 'webrtc', 'media-element'];
const noOtherApi = (api) => ({
  regex: `(^|/)(${apis.filter((other) => other !== api).join('|')})/`,
  message: `${api} imports no other API; they meet in mediastream, webcodecs and container.`,
});

const restrict = (...patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'types/generated/', 'src/generated/', '**/node_modules/', '.tmp/', 'native/'] },
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { mediant: { rules: { 'realm-only': realmOnly } } },
    rules: {
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-console': 'off',
      'no-self-compare': 'error',
      'no-unneeded-ternary': 'error',
      'no-useless-rename': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      // Web IDL speaks of functions without saying more.
      '@typescript-eslint/no-unsafe-function-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'none' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: outsideTheCore,
    rules: { 'mediant/realm-only': 'error', ...restrict(noHosts) },
  },
  ...apis.map((api) => ({
    files: [`src/${api}/**/*.ts`],
    rules: restrict(noHosts, noOtherApi(api)),
  })),
  {
    // Values of any type cross these borders: realms, windows, addons, IDL values.
    files: ['src/webidl/**', 'src/host/**', 'src/entry/**', 'src/core.ts', 'src/cli/**', 'spec/**', 'test/**', 'wpt/**', 'tools/**', 'bench/**'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
