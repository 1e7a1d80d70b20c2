// The three test tiers. A tier is chosen by file name: *.spec.ts beside the code, *.int.ts, test/*.e2e.ts.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootDir = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const base = {
  rootDir,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  resolver: '<rootDir>/tools/jest/resolver.cjs',
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.skein/'],
  modulePathIgnorePatterns: ['<rootDir>/\\.skein/'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};

/** Real servers start and stop inside integration and e2e files, so their limits are in tens of seconds. */
export const tiers = {
  unit: { ...base, testMatch: ['<rootDir>/{libs,apps,tools}/**/src/**/*.spec.ts'], testTimeout: 10_000 },
  int: {
    ...base,
    testMatch: ['<rootDir>/{libs,apps,tools}/**/src/**/*.int.ts', '<rootDir>/test/**/*.int.ts'],
    globalSetup: '<rootDir>/tools/jest/int-setup.mjs',
    globalTeardown: '<rootDir>/tools/jest/int-teardown.mjs',
    testTimeout: 60_000,
    // Every file starts servers of its own; two files at once on two cores made time-outs.
    maxWorkers: 1,
  },
  e2e: {
    ...base,
    testMatch: ['<rootDir>/test/**/*.e2e.ts'],
    globalSetup: '<rootDir>/tools/jest/e2e-setup.mjs',
    globalTeardown: '<rootDir>/tools/jest/e2e-teardown.mjs',
    testTimeout: 120_000,
    maxWorkers: 1,
  },
};
