// Compiles every src/**/*.ts of libs, apps and tools to its sibling dist with swc, and bundles the web chat widget with esbuild.
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
  return [...children, join(root, 'tools')].filter((dir) => existsSync(join(dir, 'src')));
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
      if (/\.js(\.map)?$/.test(file) && !outputs.has(file.replace(/\.map$/, '')) && file !== widget.output)
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

/** What browsers load is one file without imports; its folder is not compiled otherwise. */
const widget = {
  entry: join(root, 'apps/web-chat/widget/main.ts'),
  sources: [join(root, 'apps/web-chat/widget'), join(root, 'apps/web-chat/src/protocol.ts')],
  output: join(root, 'apps/web-chat/dist/widget.js'),
};

function widgetHash() {
  const hash = createHash('sha1');
  const all = widget.sources.flatMap((source) => (source.endsWith('.ts') ? [source] : files(source)));
  for (const source of all.filter((file) => file.endsWith('.ts')).sort()) hash.update(readFileSync(source));
  return hash.digest('base64');
}

async function bundleWidget() {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    entryPoints: [widget.entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(dirname(widget.output), { recursive: true });
  write(widget.output, outputFiles[0].text);
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
  const key = relative(root, widget.output);
  const hash = widgetHash();
  if (before[key] === hash && existsSync(widget.output)) after[key] = hash;
  else work.push(bundleWidget().then(() => void (after[key] = hash)));
  const failures = (await Promise.allSettled(work)).filter((result) => result.status === 'rejected');
  removeStale(new Set(jobs.values()));
  mkdirSync(dirname(cacheFile), { recursive: true });
  write(cacheFile, JSON.stringify(after));
  if (failures.length > 0) throw new Error(failures.map((failure) => String(failure.reason)).join('\n'));
  return { compiled: work.length, total: jobs.size + 1 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const { compiled, total } = await build();
  console.log(`compiled ${compiled} of ${total} files in ${Math.round(performance.now() - started)} ms`);
}
