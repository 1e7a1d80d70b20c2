// Installs what is missing, and nothing that is there: npm's own record of node_modules is compared with the lockfile.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const natsFolder = join(root, 'libs/stack/nats-server');

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

/** True when every package the lockfile asks for (development ones only with `dev`) is installed in its exact version. */
function isInstalled(folder, dev) {
  const wanted = Object.entries(packagesOf(join(folder, 'package-lock.json')));
  const found = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  return wanted.every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (!found[path])
      return entry.optional === true || (!dev && entry.dev === true) || entry.devOptional === true;
    const isSame = entry.integrity === undefined || found[path].integrity === entry.integrity;
    return isSame && found[path].version === entry.version;
  });
}

function npm(folder, args) {
  const [command, first] = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, [process.env.npm_execpath]]
    : ['npm', []];
  const all = [
    ...first,
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--engine-strict=false',
    ...args,
  ];
  return new Promise((done, fail) => {
    const child = spawn(command, all, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('exit', (code) =>
      code === 0 ? done() : fail(new Error(`npm ci failed in ${folder}:\n${output.trim()}`)),
    );
  });
}

/** Folders that need `npm ci`, with its arguments. A development install is never replaced by a smaller one. */
function missing(dev) {
  const jobs = [];
  if (!isInstalled(root, dev)) jobs.push([root, [dev ? '--include=dev' : '--omit=dev']]);
  const hasNatsPackage = process.platform === 'linux' && process.arch === 'x64';
  if (hasNatsPackage && !isInstalled(natsFolder, false)) jobs.push([natsFolder, []]);
  const testFolder = join(root, 'test');
  if (dev && existsSync(join(testFolder, 'package-lock.json')) && !isInstalled(testFolder, true)) {
    jobs.push([testFolder, ['--include=dev']]);
  }
  return jobs;
}

/** Installs runtime packages, with `dev` also those for tests. `say` gets one line when there is something to do. */
export async function ensureInstalled({ dev, say }) {
  const jobs = missing(dev);
  if (jobs.length === 0) return;
  say(dev ? 'Installing packages, those for tests included' : 'Installing packages (first start only)');
  await Promise.all(jobs.map(([folder, args]) => npm(folder, args)));
}
