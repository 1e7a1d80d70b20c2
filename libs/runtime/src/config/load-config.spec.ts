import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { describeConfig, envExample } from './describe-config.js';
import { FromEnv, Secret } from './from-env.js';
import { hideSecrets } from './hide-secrets.js';
import { loadConfig } from './load-config.js';
import { ServiceConfig } from './service-config.js';
import { SETTINGS } from './settings.js';

const GOOD = {
  NATS_URL: 'nats://sys:hunter2@127.0.0.1:4222',
  DATABASE_URL: 'postgres://u:pw1@localhost/skein',
};

class ApiConfig extends ServiceConfig {
  @FromEnv('SKEIN_API_PORT')
  @IsInt()
  @Min(0)
  apiPort!: number;

  @FromEnv('SKEIN_CHANNEL_KINDS')
  @IsOptional()
  @IsArray()
  kinds?: string[];
}

class Flag {
  @FromEnv('SKEIN_SANDBOX')
  @IsBoolean()
  sandbox!: boolean;
}

class Word {
  @FromEnv('SKEIN_SANDBOX')
  @IsIn(['on', 'off'])
  sandbox!: string;
}

function problemsOf(load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

describe('loadConfig', () => {
  it('reads numbers, lists, inherited fields and defaults', () => {
    const config = loadConfig(ApiConfig, {
      ...GOOD,
      SKEIN_CHANNEL_KINDS: 'whatsapp, email,',
      SKEIN_DB_POOL: '9',
    });
    expect(config).toMatchObject({
      apiPort: 3000,
      dbPool: 9,
      kinds: ['whatsapp', 'email'],
      logLevel: 'info',
    });
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig(ApiConfig, { ...GOOD, SKEIN_API_PORT: '' }).apiPort).toBe(3000);
  });

  it('reads on and off as a boolean where the property is one, and keeps the word where it is not', () => {
    expect(loadConfig(Flag, { SKEIN_SANDBOX: 'off' }).sandbox).toBe(false);
    expect(loadConfig(Word, { SKEIN_SANDBOX: 'off' }).sandbox).toBe('off');
  });

  it('lists every problem at once, with the names of the variables', () => {
    const env = {
      NATS_URL: 'http://x',
      SKEIN_API_PORT: 'many',
      SKEIN_LOG_LEVEL: 'loud',
      SKEIN_API_PROT: '1',
    };
    const problems = problemsOf(() => loadConfig(ApiConfig, env)).join('\n');
    for (const name of ['NATS_URL', 'DATABASE_URL', 'SKEIN_API_PORT', 'SKEIN_LOG_LEVEL']) {
      expect(problems).toContain(`${name}: `);
    }
    expect(problems).toContain('SKEIN_API_PROT is not a setting');
  });

  it('prints secrets as *** and addresses without their password, and keeps the values usable', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const config = loadConfig(ServiceConfig, { ...GOOD, SKEIN_SECRET_KEY: key });
    for (const shown of [JSON.stringify(config), inspect(config)]) {
      expect(shown).not.toContain(key);
      expect(shown).not.toMatch(/hunter2|pw1/);
      expect(shown).toContain('nats://sys:***@127.0.0.1:4222');
    }
    expect(config.secretKey).toBe(key);
  });

  it('refuses a key that is not 32 bytes', () => {
    const problems = problemsOf(() => loadConfig(ServiceConfig, { ...GOOD, SKEIN_SECRET_KEY: 'c2hvcnQ=' }));
    expect(problems).toEqual(['SKEIN_SECRET_KEY: must be 32 bytes in base64']);
  });
});

describe('Secret', () => {
  it('hides a marked field of any object', () => {
    class Credentials {
      @IsString()
      id = 'account';

      @Secret()
      accessToken = 'EAAG123';
    }
    const shown = JSON.stringify(hideSecrets(new Credentials()));
    expect(shown).toBe('{"id":"account","accessToken":"***"}');
  });
});

describe('descriptions', () => {
  it('lists what a class reads', () => {
    expect(describeConfig(Flag)).toEqual([
      expect.objectContaining({ name: 'SKEIN_SANDBOX', default: 'on', secrecy: 'open' }),
    ]);
  });

  it('makes an example file that names every setting', () => {
    const text = envExample();
    for (const name of Object.keys(SETTINGS)) expect(text).toContain(`# ${name}=`);
  });
});
