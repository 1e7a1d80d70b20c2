// npm start: installs what is missing, compiles what changed, then runs the launcher (tools/src/up.ts) in this process.
import { ensureInstalled } from './install.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Skein needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

try {
  await ensureInstalled({ dev: false, say: (line) => console.log(`\n▸ ${line}`) });
} catch (error) {
  console.error(
    `\n✗ ${error.message}\n→ Check the network and npm's registry setting, then run npm start again.`,
  );
  process.exit(1);
}
const { build } = await import('./build.mjs');
await build().catch((error) => {
  console.error(`\n✗ The sources do not compile.\n${error.message}`);
  process.exit(1);
});
process.setSourceMapsEnabled(true);
const { up } = await import('./dist/up.js');
await up(process.argv.slice(2));
