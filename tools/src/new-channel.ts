import { fileURLToPath } from 'node:url';
import { CHANNEL_KINDS } from '@skein/contracts';
import { generateChannel } from './new-channel/generate-channel.js';
import { namesOf } from './new-channel/names.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `npm run new:channel <kind>`: a text-only channel that passes the contract of channels, ready to be given its provider. */
async function main(kind: string | undefined): Promise<void> {
  const names = namesOf(kind, CHANNEL_KINDS);
  if ('problem' in names) return refuse(names.problem);
  try {
    const { made, changed } = await generateChannel(ROOT, names, new Date().toISOString().slice(0, 10));
    console.log(
      ['made', ...made.map((path) => `  ${path}`), 'changed', ...changed.map((path) => `  ${path}`)].join(
        '\n',
      ),
    );
    console.log(
      [
        '',
        `The kind "${names.kind}" carries text between Skein and a made-up provider in the sandbox. Now:`,
        `  npm run generate && npm run types && npm run test:unit -- channels/${names.kind}`,
        'then give it its provider: capabilities with their sources, encode, failures, webhook, the sandbox side, test/<kind>.e2e.ts.',
        'See docs/adding-a-channel.md.',
      ].join('\n'),
    );
  } catch (error) {
    refuse((error as Error).message);
  }
}

function refuse(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}

await main(process.argv[2]);
