/** Import rules of docs/architecture.md. A library is imported by name, so every allowed edge ends at its entry file. */

/** What each library may import of the others. */
const LIBRARIES = {
  contracts: [],
  rendering: ['contracts'],
  runtime: ['contracts'],
  messaging: ['contracts', 'runtime'],
  persistence: ['contracts', 'runtime'],
  worker: ['contracts', 'runtime', 'messaging', 'persistence'],
  sending: ['contracts', 'runtime', 'messaging', 'persistence', 'send-tool'],
  'channel-kit': ['contracts', 'rendering', 'runtime', 'messaging', 'persistence', 'worker'],
  stack: [],
  'send-tool': ['contracts'],
  sdk: ['contracts', 'send-tool'],
  testing: [
    'contracts',
    'rendering',
    'runtime',
    'messaging',
    'persistence',
    'worker',
    'sending',
    'channel-kit',
    'stack',
    'send-tool',
    'sdk',
  ],
};
const TESTS = '\\.(spec|int|e2e)\\.ts$';

const layers = Object.entries(LIBRARIES).map(([name, allowed]) => ({
  name: `layer-${name}`,
  comment: `libs/${name} may import ${allowed.join(', ') || 'no other library'}.`,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: TESTS },
  to: { path: '^libs/', pathNot: `^libs/(${[name, ...allowed].join('|')})/` },
}));

const FRAMEWORK_DATABASE_NETWORK = [
  'node_modules/(@nestjs|@nats-io|typeorm|pg|undici|fastify|nodemailer|smtp-server)(/|$)',
  '^libs/(persistence|messaging)/',
  '^(node:)?(net|tls|http|https|http2|dgram|dns|fs|child_process)(/|$)',
].join('|');

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'libraries-by-entry-point',
      comment: 'Import another library by its name, not by a path into it.',
      severity: 'error',
      from: { path: '^(?:libs/([^/]+)|apps|tools|test)/' },
      to: { path: '^libs/[^/]+/', pathNot: '^libs/(?:$1/|[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|tools|test)/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'An app never imports another app; what they share is a contract.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^(apps|tools|test)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: `^(libs/(testing|stack)|apps/sandbox)/|${TESTS}` },
      to: { path: '^libs/(testing|stack)/' },
    },
    {
      name: 'channels-stand-alone',
      comment: 'A channel folder never imports another channel folder.',
      severity: 'error',
      from: { path: '^apps/chat-platforms/src/channels/([^/]+)/' },
      to: { path: '^apps/chat-platforms/src/channels/', pathNot: '^apps/chat-platforms/src/channels/$1/' },
    },
    {
      name: 'pure-files',
      comment: 'capabilities, encode and webhook are pure: no framework, no database, no network.',
      severity: 'error',
      from: {
        path: '(^libs/contracts/src/capabilities/|/(capabilities|encode|webhook)\\.ts$)',
        pathNot: '^apps/sandbox/',
      },
      to: { path: FRAMEWORK_DATABASE_NETWORK, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unknown-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-compiled-imports',
      comment: 'Import the source; dist is written by the build.',
      severity: 'error',
      from: {},
      to: { path: '^(libs|apps|tools)/[^/]*/?dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
};
