// npm run bench: installs what is missing, compiles what changed, then measures (tools/src/bench/main.ts).
import { ensureInstalled } from './install.mjs';

await ensureInstalled({ dev: true, say: (line) => console.log(`▸ ${line}`) });
const { build } = await import('./build.mjs');
await build();
const { bench } = await import('./dist/bench/main.js');
await bench(process.argv.slice(2));
