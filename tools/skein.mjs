#!/usr/bin/env node
// The command line tool (tools/src/cli). Compiled when that has not happened yet; `npm start` and the tests compile it as well.
import { existsSync } from 'node:fs';

const main = new URL('./dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  const { ensureInstalled } = await import('./install.mjs');
  await ensureInstalled({ dev: false, say: (line) => console.error(line) });
  const { build } = await import('./build.mjs');
  await build();
}
const { skein } = await import(main.href);
await skein(process.argv.slice(2));
