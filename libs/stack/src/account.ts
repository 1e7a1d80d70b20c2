import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A user of this machine. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. For root this is the account it runs under instead: `postgres` where that
 * user exists, else `nobody`, so that no user has to be created. For everybody else: undefined, run as yourself.
 */
export function serverAccount(): Account | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map(parseUser);
  return users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody');
}

function parseUser(line: string): Account {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** True when the account may enter every folder above the path, and read the path if it exists. */
export function canReach(account: Account, path: string): boolean {
  const full = resolve(path);
  if (!permits(account, full, 0o5)) return false;
  for (let folder = dirname(full); ; folder = dirname(folder)) {
    if (!permits(account, folder, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Checks permission bits (4 read, 2 write, 1 execute) of one path; a path that does not exist forbids nothing. */
function permits(account: Account, path: string, bits: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return true;
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}
