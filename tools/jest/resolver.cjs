// Lets jest run the TypeScript sources: '@skein/<lib>' is the library's source entry, and './x.js' beside x.ts is x.ts.
const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

const libs = resolve(__dirname, '../../libs');

/** Source file that an import means in this repository, or undefined for everything else. */
function sourceOf(request, basedir) {
  const lib = /^@skein\/([a-z-]+)$/.exec(request);
  if (lib) return join(libs, lib[1], 'src/index.ts');
  if (!/^\.{1,2}\/.*\.js$/.test(request) || basedir.includes('node_modules')) return undefined;
  const source = resolve(basedir, request).replace(/\.js$/, '.ts');
  return existsSync(source) ? source : undefined;
}

module.exports = (request, options) =>
  sourceOf(request, options.basedir) ?? options.defaultResolver(request, options);
