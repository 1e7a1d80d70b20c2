import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { readSettings } from './settings.js';

describe('readSettings', () => {
  it('needs nothing: ports 3000 and 3001, data in .skein, embedded servers, the sandbox on', () => {
    expect(readSettings({}, [])).toEqual({
      dataDir: resolve('.skein'),
      apiPort: 3000,
      sandboxPort: 3001,
      hasSandbox: true,
      isSplit: false,
    });
  });

  it('takes addresses of servers that exist, and treats an empty variable as unset', () => {
    const settings = readSettings({ NATS_URL: 'nats://a', DATABASE_URL: '', SKEIN_SANDBOX: 'off' }, [
      '--split',
    ]);
    expect(settings).toMatchObject({
      natsUrl: 'nats://a',
      databaseUrl: undefined,
      hasSandbox: false,
      isSplit: true,
    });
  });

  it('takes a list of services', () => {
    expect(readSettings({}, ['--only=api,router']).only).toEqual(['api', 'router']);
  });

  it.each(['http', '70000', '-1', '3000.5'])('refuses port %s and names the variable', (text) => {
    expect(() => readSettings({ SKEIN_API_PORT: text }, [])).toThrow(`SKEIN_API_PORT=${text}`);
  });

  it('refuses an option it does not know', () => {
    expect(() => readSettings({}, ['--splitt'])).toThrow('--splitt');
  });
});
