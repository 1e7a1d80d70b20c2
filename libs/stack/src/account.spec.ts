import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canReach } from './account.js';

describe('canReach', () => {
  const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };
  let top: string;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'skein-'));
    chmodSync(top, 0o711);
    mkdirSync(join(top, 'bin'), { mode: 0o755 });
    writeFileSync(join(top, 'bin', 'postgres'), '', { mode: 0o755 });
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it('needs the right to enter every folder above', () => {
    expect(canReach(stranger, join(top, 'bin', 'postgres'))).toBe(true);
    chmodSync(top, 0o700);
    expect(canReach(stranger, join(top, 'bin', 'postgres'))).toBe(false);
    const owner = { name: 'owner', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    expect(canReach(owner, join(top, 'bin', 'postgres'))).toBe(true);
  });

  it('needs the right to read what is there, and nothing of what is not', () => {
    chmodSync(join(top, 'bin', 'postgres'), 0o700);
    expect(canReach(stranger, join(top, 'bin', 'postgres'))).toBe(false);
    expect(canReach(stranger, join(top, 'bin', 'later'))).toBe(true);
  });
});
