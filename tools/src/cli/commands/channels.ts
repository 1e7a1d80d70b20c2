import type { Command } from 'commander';
import type { Listed } from '../client.js';
import { misused } from '../cli-error.js';
import { action, text, type Run } from '../run.js';
import { showList, showOne, tableOf, type Column } from '../show.js';

interface Channel {
  id: string;
  kind: string;
  account: string;
  agentId: string;
  name: string;
  status: string;
  settings: object;
}

interface Template {
  id: string;
  channelId: string;
  name: string;
  language: string;
  category: string;
  status: string;
  shape: { bodyParams: number };
  body: string;
}

const CHANNELS: Column<Channel>[] = [
  ['ID', ({ id }) => id],
  ['KIND', ({ kind }) => kind],
  ['ACCOUNT', ({ account }) => account],
  ['NAME', ({ name }) => name],
  ['AGENT', ({ agentId }) => agentId],
  ['STATUS', ({ status }) => status],
];

const TEMPLATES: Column<Template>[] = [
  ['NAME', ({ name }) => name],
  ['LANGUAGE', ({ language }) => language],
  ['CHANNEL', ({ channelId }) => channelId],
  ['CATEGORY', ({ category }) => category],
  ['STATUS', ({ status }) => status],
  ['PARAMS', ({ shape }) => shape.bodyParams],
  ['TEXT', ({ body }) => body],
];

type Capability = Record<string, unknown> & { kind: string };

export function addChannels(program: Command): void {
  const channels = program.command('channels').description('Channels and what they can do');
  channels
    .command('list', { isDefault: true })
    .description('The channels of the workspace')
    .action(action((run) => showList(run, '/v1/channels', CHANNELS)));
  channels.command('show <id>').description('One channel').action(action(show));
  channels
    .command('capabilities [kind]')
    .description('What each kind can do, or every limit of one')
    .action(action(capabilities));
}

export function addTemplates(program: Command): void {
  program
    .command('templates')
    .description('Approved templates and the parameters each asks for')
    .option('--channel-id <id>', 'of this channel')
    .action(
      action((run) =>
        showList(run, '/v1/templates', TEMPLATES, { channelId: text(run.options, 'channelId') }),
      ),
    );
}

async function show(run: Run): Promise<void> {
  const channel = await run.client.get<Channel>(`/v1/channels/${encodeURIComponent(run.args[0] ?? '')}`);
  showOne(run, channel, Object.entries(channel));
}

async function capabilities(run: Run): Promise<void> {
  const list = await run.client.get<Listed<Capability>>('/v1/channels/capabilities');
  const [kind] = run.args;
  if (kind === undefined) {
    if (run.screen.json) return run.screen.data(list);
    return tableOf(run, list.items, [['KIND', (item) => item.kind], ...columnsOf(list.items)]);
  }
  const one = list.items.find((item) => item.kind === kind);
  if (one === undefined)
    return misused(`There is no kind ${kind}.`, `Kinds: ${list.items.map((item) => item.kind).join(', ')}`);
  showOne(run, one, Object.entries(one));
}

/** What every kind says in one word: lists and tables of limits are for one kind at a time. */
function columnsOf(items: Capability[]): Column<Capability>[] {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  return names
    .filter(
      (name) => name !== 'kind' && items.every((item) => ['boolean', 'string'].includes(typeof item[name])),
    )
    .map((name) => [titleOf(name), (item) => wordOf(item[name])] as const);
}

/** `addressedBy` is headed ADDRESSED BY. */
function titleOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();
}

function wordOf(value: unknown): unknown {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
