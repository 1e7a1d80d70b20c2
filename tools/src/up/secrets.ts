import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the development secret of that name, made on first use (24 random bytes, base64url) and kept since. */
export type Secrets = (name: string, make?: () => string) => string;

/** Opens `<data dir>/secrets.json`, readable by its owner only. */
export function openSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  const kept = read(file);
  return (name, make = () => randomBytes(24).toString('base64url')) => {
    const known = kept[name];
    if (known !== undefined) return known;
    const made = make();
    kept[name] = made;
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    return made;
  };
}

function read(file: string): Record<string, string> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}
