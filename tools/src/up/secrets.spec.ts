import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from './secrets.js';

describe('openSecrets', () => {
  let dataDir: string;
  beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'skein-'))));
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('makes a secret once and keeps it, in a file that only its owner reads', () => {
    const made = openSecrets(dataDir)('whatsapp.appSecret');
    expect(made).toHaveLength(32);
    expect(openSecrets(dataDir)('whatsapp.appSecret')).toBe(made);
    expect(openSecrets(dataDir)('another')).not.toBe(made);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('does not replace secrets it cannot read', () => {
    writeFileSync(join(dataDir, 'secrets.json'), '{"half');
    expect(() => openSecrets(dataDir)).toThrow(SyntaxError);
  });
});
