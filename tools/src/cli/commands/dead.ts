import type { Command } from 'commander';
import { action, type Run } from '../run.js';
import { paged, showList, showOne, when, type Column } from '../show.js';

interface DeadLetter {
  id: string;
  at: string;
  service: string;
  reason: string;
  subject?: string;
  payload: string;
}

const LIST: Column<DeadLetter>[] = [
  ['ID', ({ id }) => id],
  ['AT', ({ at }) => when(at)],
  ['SERVICE', ({ service }) => service],
  ['REASON', ({ reason }) => reason],
  ['REPLAY', ({ subject }) => (subject === undefined ? 'no' : 'yes')],
];

export function addDead(program: Command): void {
  const dead = program.command('dead').description('Dead letters: what was given up');
  paged(dead.command('list', { isDefault: true }).description('With their reasons, oldest first')).action(
    action((run) => showList(run, '/v1/dead-letters', LIST)),
  );
  dead.command('show <id>').description('One of them, with its content').action(action(show));
  dead
    .command('replay <ids...>')
    .description('Publish them again where they came from')
    .action(action(replay));
}

const pathOf = (id = ''): string => `/v1/dead-letters/${encodeURIComponent(id)}`;

async function show(run: Run): Promise<void> {
  const letter = await run.client.get<DeadLetter>(pathOf(run.args[0]));
  showOne(run, letter, Object.entries({ ...letter, at: when(letter.at) }));
}

async function replay({ client, screen, args }: Run): Promise<void> {
  const replayed: unknown[] = [];
  for (const id of args) {
    replayed.push(await client.post(`${pathOf(id)}/replay`));
    if (!screen.json) screen.line(`${screen.colours.green('✓')} replayed ${id}`);
  }
  if (screen.json) screen.data({ items: replayed, nextCursor: null });
}
