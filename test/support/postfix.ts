import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMMAND = '/usr/sbin/postfix';

/** A mail server of its own that hands every mail to one address. */
export interface Postfix {
  port: number;
  log: () => string;
  stop: () => void;
}

/** Why there can be no postfix here; undefined when there can. */
export const noPostfix = !existsSync(COMMAND)
  ? 'postfix is not installed'
  : process.getuid?.() !== 0
    ? 'postfix must be started as root'
    : undefined;

const SERVICES = [
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 1 1 qmgr',
  ...[
    'rewrite trivial-rewrite',
    'bounce bounce',
    'defer bounce',
    'trace bounce',
    'smtp smtp',
    'relay smtp',
  ].map((pair) => pair.replace(' ', ' unix - - n - 0 ')),
  ...['proxymap', 'error', 'retry error', 'discard', 'anvil', 'scache', 'verify', 'flush'].map((name) => {
    const [service, command = service] = name.split(' ');
    return `${service} unix - - n - 1 ${command}`;
  }),
  'postlog unix-dgram n - n - 1 postlogd',
];

/**
 * Starts Debian's postfix from a directory of its own, relaying to `127.0.0.1:<relayPort>`; what is refused for now is tried again every
 * second.
 */
export function startPostfix(port: number, relayPort: number): Postfix {
  const dir = mkdtempSync(join(tmpdir(), 'skein-postfix-'));
  chmodSync(dir, 0o755);
  const logFile = join(dir, 'mail.log');
  for (const name of ['etc', 'queue']) mkdirSync(join(dir, name), { mode: 0o755 });
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(dir, 'queue'),
    data_directory: join(dir, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'mx.people.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks,reject',
    relayhost: `[127.0.0.1]:${relayPort}`,
    disable_dns_lookups: 'yes',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '1s',
    queue_run_delay: '1s',
    maillog_file: logFile,
    maillog_file_prefixes: dir,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(join(dir, 'etc/main.cf'), `${lines.join('\n')}\n`);
  writeFileSync(join(dir, 'etc/master.cf'), [`${port} inet n - n - - smtpd`, ...SERVICES, ''].join('\n'));
  execFileSync('install', ['-d', '-o', 'postfix', join(dir, 'data')]);
  const run = (command: string) =>
    execFileSync(COMMAND, ['-c', join(dir, 'etc'), command], { stdio: 'pipe', timeout: 20_000 });
  run('start');
  return {
    port,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    stop: () => {
      run('stop');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
