import type { Command } from 'commander';
import type { Listed } from '../client.js';
import { action, number, queryOf, text, type Run } from '../run.js';
import { plain } from '../screen.js';
import { paged, showList, showOne, when, type Column } from '../show.js';

interface Thread {
  id: string;
  agentId: string;
  lastChannelId: string | null;
  lastMessageAt: string;
  contact: {
    name: string | null;
    userId: string | null;
    email: string | null;
    identities: { kind: string; address: string }[];
  };
}

interface Entry {
  at: string;
  direction: string;
  author: string;
  origin: string | null;
  channel: string | null;
  text: string | null;
  status: string;
  reason: string | null;
  media: { filename?: string; type?: string }[];
}

const LIST: Column<Thread>[] = [
  ['CONVERSATION', ({ id }) => id],
  ['PERSON', personOf],
  ['AGENT', ({ agentId }) => agentId],
  ['CHANNEL', ({ lastChannelId }) => lastChannelId ?? ''],
  ['LAST MESSAGE', ({ lastMessageAt }) => when(lastMessageAt)],
];

export function addThreads(program: Command): void {
  const threads = program.command('threads').description('Conversations');
  paged(threads.command('list', { isDefault: true }).description('The liveliest first'))
    .option('--user <id>', 'of this user')
    .action(action((run) => showList(run, '/v1/conversations', LIST, { userId: text(run.options, 'user') })));
  paged(threads.command('show <id>').description('One conversation and its messages, oldest first')).action(
    action(show),
  );
}

async function show(run: Run): Promise<void> {
  const { client, screen, options } = run;
  const path = `/v1/conversations/${encodeURIComponent(run.args[0] ?? '')}`;
  const page = queryOf({ limit: number(options, 'limit'), cursor: text(options, 'cursor') });
  const [thread, messages] = await Promise.all([
    client.get<Thread>(path),
    client.get<Listed<Entry>>(`${path}/messages${page}`),
  ]);
  if (screen.json) return screen.data({ ...thread, messages });
  const addresses = thread.contact.identities.map(({ kind, address }) => `${kind} ${address}`);
  showOne(run, thread, [
    ['conversation', thread.id],
    ['person', personOf(thread)],
    ['addresses', addresses.join(', ')],
    ['agent', thread.agentId],
  ]);
  screen.line();
  for (const entry of messages.items) screen.line(entryLine(entry, run));
  if (messages.nextCursor !== null) screen.note(`More: --cursor ${messages.nextCursor}`);
}

function personOf({ contact }: Thread): string {
  const [first] = contact.identities;
  return contact.name ?? contact.userId ?? contact.email ?? first?.address ?? '';
}

function entryLine(entry: Entry, { screen }: Run): string {
  const { dim, cyan, red } = screen.colours;
  const isTheirs = entry.author === 'user';
  const files = entry.media.map(({ filename, type }) => `[${filename ?? type ?? 'file'}]`);
  const words = plain([entry.text ?? '', ...files].filter(Boolean).join(' '), 500);
  const state = ['failed', 'blocked', 'expired'].includes(entry.status)
    ? red(`${entry.status} (${plain(entry.reason)})`)
    : dim(entry.status);
  const who = isTheirs ? cyan('person'.padEnd(8)) : plain(entry.author).padEnd(8);
  return `${dim(when(entry.at))}  ${who}  ${words}  ${isTheirs ? '' : state} ${dim(plain(entry.channel))}`.trimEnd();
}
