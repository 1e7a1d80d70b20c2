import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new data directory for one test file. The runner names the folder it looks through for processes left behind
 * (TEST_DATA_ROOT). Others may enter it: as root, PostgreSQL runs under another account.
 */
export function newDataDir(): string {
  const dir = mkdtempSync(join(process.env.TEST_DATA_ROOT ?? tmpdir(), 'skein-'));
  chmodSync(dir, 0o711);
  return dir;
}
