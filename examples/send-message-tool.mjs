// The send tool: an agent that reaches people while it is still working.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sendMessage, serveAgent } from '@skein/sdk';

// Files may be sent from this folder alone.
const outbox = resolve(process.env.SKEIN_DATA_DIR ?? '.skein', 'outbox');
mkdirSync(outbox, { recursive: true });

const agent = await serveAgent({ agent: 'reporter', nats: {} }, async () => {
  console.log(await sendMessage({ message: 'Working on the weekly report…' }));

  const report = join(outbox, 'report.csv');
  writeFileSync(report, 'week,visitors\n47,1200\n');
  console.log(await sendMessage({ target: 'origin', message: `Weekly report ready MEDIA:${report}` }));

  // Pick the target from the list, then send.
  const targets = await sendMessage({ action: 'list' });
  const ops = Array.isArray(targets) && targets.find(({ kind }) => kind === 'alias');
  if (ops) console.log(await sendMessage({ target: ops.target, message: 'The report is out.' }));
  return 'Done.';
});
console.log('listening');
process.once('SIGINT', () => agent.close());
