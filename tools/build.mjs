// Compiles every src/**/*.ts of libs, apps and tools to its sibling dist with swc, and bundles the web chat widget and the SDK with esbuild.
// Incremental: only files whose content (or whose .swcrc) changed are compiled; outputs without a source are removed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cacheFile = join(root, 'node_modules/.cache/skein/build.json');
const isTest = /\.(spec|int|e2e)\.ts$/;
const files = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

function packageFolders() {
  const children = ['libs', 'apps'].flatMap((group) => {
    const dir = join(root, group);
    return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
  });
  return [...children, join(root, 'tools')].filter(
    (dir) => dir !== sdk.folder && existsSync(join(dir, 'src')),
  );
}

/** source path → output path, for everything that is compiled. */
function plan() {
  const jobs = new Map();
  for (const folder of packageFolders()) {
    for (const source of files(join(folder, 'src'))) {
      if (!source.endsWith('.ts') || source.endsWith('.d.ts') || isTest.test(source)) continue;
      jobs.set(source, join(folder, 'dist', relative(join(folder, 'src'), source).replace(/\.ts$/, '.js')));
    }
  }
  return jobs;
}

/** Removes outputs that no source explains, so that a renamed file cannot be imported by its old name. */
function removeStale(outputs) {
  for (const folder of packageFolders()) {
    for (const file of files(join(folder, 'dist'))) {
      if (/\.js(\.map)?$/.test(file) && !outputs.has(file.replace(/\.map$/, '')))
        rmSync(file, { force: true });
    }
  }
}

/** Writes through a rename: another stack may be starting from the same tree. */
function write(path, text) {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

async function compile(source, output, options) {
  const { transform } = await import('@swc/core');
  const name = relative(dirname(output), source).split(sep).join('/');
  const result = await transform(readFileSync(source, 'utf8'), {
    ...options,
    filename: source,
    sourceFileName: name,
    swcrc: false,
  });
  mkdirSync(dirname(output), { recursive: true });
  write(`${output}.map`, result.map);
  write(output, `${result.code}\n//# sourceMappingURL=${output.slice(dirname(output).length + 1)}.map\n`);
}

const lib = (name) => join(root, 'libs', name, 'src');

/** What browsers load is one file without imports; its folder is not compiled otherwise. */
const widget = {
  entry: join(root, 'apps/web-chat/widget/main.ts'),
  sources: [join(root, 'apps/web-chat/widget'), join(root, 'apps/web-chat/src/protocol.ts')],
  output: join(root, 'apps/web-chat/dist/widget.js'),
  options: { minify: true, format: 'iife', target: 'es2022' },
};

/** What is published is one file too, with what it uses of our libraries in it and nothing of what they use for themselves. */
const sdk = {
  folder: join(root, 'libs/sdk'),
  entry: join(lib('sdk'), 'index.ts'),
  sources: [lib('sdk'), lib('contracts'), lib('send-tool')],
  output: join(root, 'libs/sdk/dist/index.js'),
  options: {
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['nats'],
    keepNames: true,
    plugins: [{ name: 'libraries', setup: useSources }],
  },
};

const bundles = [widget, sdk];

/** Our libraries from their sources; a file of them from which nothing is used is left out, with all that it would load. */
function useSources({ onResolve, resolve: find }) {
  onResolve({ filter: /^(@skein\/|\.)/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
    if (pluginData === 'found' || importer === '') return undefined;
    const named = path.startsWith('@skein/') ? join(lib(path.slice('@skein/'.length)), 'index.ts') : path;
    const found = await find(named, { importer, resolveDir, kind, pluginData: 'found' });
    return importer.includes('node_modules') ? found : { ...found, sideEffects: false };
  });
}

function sourceHash({ sources }) {
  const hash = createHash('sha1');
  const all = sources.flatMap((source) => (source.endsWith('.ts') ? [source] : files(source)));
  for (const source of all.filter((file) => file.endsWith('.ts') && !isTest.test(file)).sort())
    hash.update(readFileSync(source));
  return hash.digest('base64');
}

async function bundle({ entry, output, options }) {
  const { build: make } = await import('esbuild');
  const common = { entryPoints: [entry], bundle: true, write: false, logLevel: 'silent' };
  const { outputFiles } = await make({ ...common, ...options });
  mkdirSync(dirname(output), { recursive: true });
  write(output, outputFiles[0].text);
}

function readCache() {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Compiles what changed. Returns {compiled, total}; throws with every syntax error listed. */
export async function build() {
  const config = readFileSync(join(root, '.swcrc'), 'utf8');
  const { $schema, ...options } = JSON.parse(config);
  const before = readCache();
  const after = {};
  const jobs = plan();
  const work = [];
  for (const [source, output] of jobs) {
    const key = relative(root, source);
    const hash = createHash('sha1').update(config).update(readFileSync(source)).digest('base64');
    if (before[key] === hash && existsSync(output)) after[key] = hash;
    else work.push(compile(source, output, options).then(() => void (after[key] = hash)));
  }
  for (const each of bundles) {
    const key = relative(root, each.output);
    const hash = sourceHash(each);
    if (before[key] === hash && existsSync(each.output)) after[key] = hash;
    else work.push(bundle(each).then(() => void (after[key] = hash)));
  }
  const failures = (await Promise.allSettled(work)).filter((result) => result.status === 'rejected');
  removeStale(new Set([...jobs.values(), ...bundles.map(({ output }) => output)]));
  mkdirSync(dirname(cacheFile), { recursive: true });
  write(cacheFile, JSON.stringify(after));
  if (failures.length > 0) throw new Error(failures.map((failure) => String(failure.reason)).join('\n'));
  return { compiled: work.length, total: jobs.size + bundles.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const { compiled, total } = await build();
  console.log(`compiled ${compiled} of ${total} files in ${Math.round(performance.now() - started)} ms`);
}
