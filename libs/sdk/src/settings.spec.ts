import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionOf } from './settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-sdk-'));
  const dev = { apiUrl: 'http://dev.test', apiKey: 'dev-key', workspaceId: 'w' };
  writeFileSync(join(folder, 'dev.json'), JSON.stringify(dev));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('P1: where and as whom the SDK calls', () => {
  it('takes what is given, then the environment, then the development stack', () => {
    const env = { SKEIN_DATA_DIR: folder, SKEIN_URL: 'http://env.test/' };
    expect(connectionOf({ url: 'https://given.test//', apiKey: 'k' }, env)).toMatchObject({
      url: 'https://given.test',
      apiKey: 'k',
      timeoutMs: 30_000,
    });
    expect(connectionOf({}, { ...env, SKEIN_API_KEY: 'env-key\n' })).toMatchObject({
      url: 'http://env.test',
      apiKey: 'env-key',
    });
    const dev = { url: 'http://dev.test', apiKey: 'dev-key', workspaceId: 'w' };
    expect(connectionOf({}, { SKEIN_DATA_DIR: folder })).toMatchObject(dev);
    expect(connectionOf({}, { SKEIN_DATA_DIR: folder, SKEIN_URL: 'HTTP://dev.test:80/' })).toMatchObject(dev);
  });

  it('never shows the key of a development stack to another address, nor takes its workspace for that one', () => {
    const env = { SKEIN_DATA_DIR: folder, SKEIN_URL: 'https://skein.example.org' };
    expect(() => connectionOf({}, env)).toThrow(
      /an API key \(the one in dev.json is for http:\/\/dev.test\)/,
    );
    expect(() => connectionOf({ url: 'http://dev.test:81' }, { SKEIN_DATA_DIR: folder })).toThrow(
      expect.objectContaining({ code: 'not_configured' }),
    );
    const { workspaceId } = connectionOf({ apiKey: 'k' }, env);
    expect(workspaceId).toBeUndefined();
  });

  it.each(['s3cret\nNODE_ENV=test', 's3cret✓', ' '])(
    'takes no key that a header cannot carry, nor shows it: %j',
    (apiKey) => {
      const told = expect.objectContaining({
        code: 'not_configured',
        message: expect.not.stringContaining('s3cret'),
      });
      expect(() => connectionOf({ url: 'http://given.test', apiKey }, {})).toThrow(told);
    },
  );

  it.each([
    ['nothing is known', {}, { SKEIN_DATA_DIR: '/nowhere' }],
    ['the address is none', { url: 'skein', apiKey: 'k' }, {}],
    ['the scheme is another', { url: 'ftp://skein.test', apiKey: 'k' }, {}],
  ])('says what to do when %s', (_what, given, env) => {
    expect(() => connectionOf(given, env)).toThrow(expect.objectContaining({ code: 'not_configured' }));
  });

  it('never reads the file of a development stack in production', () => {
    const env = { SKEIN_DATA_DIR: folder, NODE_ENV: 'production' };
    expect(() => connectionOf({}, env)).toThrow(/an address/);
  });
});
