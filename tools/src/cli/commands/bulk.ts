import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, EXIT, isCliError, misused } from '../cli-error.js';
import type { Listed as List } from '../client.js';
import { followEvents } from '../follow-events.js';
import { progressBar } from '../progress-bar.js';
import { readList, type Listed } from '../read-list.js';
import { action, several, text, type Run } from '../run.js';
import { paged, showList, showOne, type Column } from '../show.js';

/** A bulk send as the api tells it. */
export interface Batch {
  batchId: string;
  campaignId: string;
  total: number;
  counts: Record<string, number>;
  state: string;
}

interface Template {
  id: string;
  channelId: string;
  name: string;
  language: string;
}

interface Result {
  index: number;
  phoneNumber: string | null;
  status?: string;
  reason?: string;
  messageId?: string;
  error?: { code: string; detail: string };
}

const RESULTS: Column<Result>[] = [
  ['PLACE', ({ index }) => index],
  ['NUMBER', ({ phoneNumber }) => phoneNumber],
  ['STATUS', ({ status, error }) => status ?? (error && 'error')],
  ['REASON', ({ reason, error }) => error?.detail ?? reason],
  ['MESSAGE', ({ messageId }) => messageId],
];

/** What kept a place from being sent, or from arriving. */
const BAD = ['error', 'failed', 'blocked', 'expired'];
const gather = (value: string, before: string[] = []): string[] => [...before, value];

export function addBulk(program: Command): void {
  const bulk = program.command('bulk').description('One template to many numbers');
  bulk
    .command('send <template> <list>')
    .description('Send it to a list: a CSV or JSON file, or - for standard input')
    .option('--channel-id <id>', 'where several channels have the template')
    .option('--language <code>', 'where the template has several')
    .option('--value <value>', 'value for everybody, in order; repeat it', gather)
    .option('--campaign <id>', 'group it under a campaign')
    .option('--idempotency-key <key>', 'the same key and list are sent once')
    .option('--no-wait', 'do not follow it until it is done')
    .addHelpText(
      'after',
      '\nA row of CSV is a number and the values of its own; JSON is ["+44…"] or [{"phoneNumber", "values"}].',
    )
    .action(action(send));
  bulk.command('show <batchId>').description('How far it is').action(action(show));
  paged(bulk.command('results <batchId>').description('What became of every place of the list')).action(
    action((run) => showList(run, `${pathOf(run.args[0])}/results`, RESULTS)),
  );
}

const pathOf = (id = ''): string => `/v1/batches/${encodeURIComponent(id)}`;

async function send(run: Run): Promise<void> {
  const { client, options, args } = run;
  const people = peopleIn(args[1] ?? '');
  const template = await templateOf(run, args[0] ?? '');
  const key = text(options, 'idempotencyKey') ?? randomUUID();
  const body = {
    channelId: template.channelId,
    values: several(options, 'value'),
    campaignId: text(options, 'campaign'),
    ...listOf(people),
  };
  const batch = await client.send<Batch>(`/v1/templates/${template.id}/sends`, body, key);
  showBatch(run, options['wait'] === false ? batch : await followed(run, batch));
}

function peopleIn(file: string): Listed[] {
  let content: string;
  try {
    content = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    return misused(`${file} cannot be read.`);
  }
  try {
    return readList(content);
  } catch {
    return misused(`${file} looks like JSON and is none.`);
  }
}

function listOf(people: Listed[]): object {
  const hasValues = people.some(({ values }) => values !== undefined);
  return hasValues ? { recipients: people } : { phoneNumbers: people.map(({ phoneNumber }) => phoneNumber) };
}

async function templateOf({ client, options }: Run, name: string): Promise<Template> {
  const { items } = await client.get<List<Template>>('/v1/templates');
  const [channelId, language] = [text(options, 'channelId'), text(options, 'language')];
  const named = items.filter((template) => template.id === name || template.name === name);
  const fitting = named.filter(
    (template) =>
      (channelId === undefined || template.channelId === channelId) &&
      (language === undefined || template.language === language),
  );
  const [only, another] = fitting;
  if (only === undefined)
    return misused(`There is no such template: ${name}.`, 'List them with: skein templates');
  if (another === undefined) return only;
  const choices = fitting.map((template) => `${template.channelId} ${template.language}`);
  return misused(
    `Several templates are named ${name}.`,
    `Choose with --channel-id and --language: ${choices.join(', ')}`,
  );
}

/** What was accepted goes on although nobody can watch it, and is not to be sent once more. */
async function followed(run: Run, batch: Batch): Promise<Batch> {
  try {
    return await follow(run, batch);
  } catch (error) {
    if (!isCliError(error)) throw error;
    const { detail, next = [] } = error.trouble;
    throw new CliError(error.exitCode, {
      ...error.trouble,
      detail: `The bulk send was accepted and goes on, but cannot be followed: ${detail}`,
      next: [`Look with: skein bulk show ${batch.batchId}`, ...next],
    });
  }
}

/** Shows how far it is until it is done. Ctrl-C ends the watching and not the sending. */
async function follow({ client, screen }: Run, batch: Batch): Promise<Batch> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  const bar = progressBar(batch.total);
  let last = batch;
  const watch = { signal: abort.signal, onAway: () => undefined };
  for await (const { type, event } of followEvents(client, `${pathOf(batch.batchId)}/events`, watch)) {
    last = event as unknown as Batch;
    bar.update(last.total - waiting(last), `${last.counts['failed'] ?? 0} failed`);
    if (type === 'done' || type === 'canceled') break;
  }
  bar.stop();
  process.off('SIGINT', stop);
  if (abort.signal.aborted) screen.note(`It goes on. Look with: skein bulk show ${batch.batchId}`);
  stop();
  return last;
}

/** Places of which nothing is decided yet. */
function waiting({ counts }: Batch): number {
  return ['pending', 'accepted', 'queued', 'sending'].reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

async function show(run: Run): Promise<void> {
  showBatch(run, await run.client.get<Batch>(pathOf(run.args[0])));
}

function showBatch(run: Run, batch: Batch): void {
  showOne(run, batch, [
    ['batch', batch.batchId],
    ['campaign', batch.campaignId],
    ['state', batch.state],
    ['numbers', batch.total],
    ...countPairs(batch.counts),
  ]);
  if (!BAD.some((name) => (batch.counts[name] ?? 0) > 0)) return;
  process.exitCode = EXIT.refused;
  if (!run.screen.json) run.screen.note(`Which ones, and why: skein bulk results ${batch.batchId}`);
}

/** The statuses that anything has. */
export function countPairs(counts: Record<string, number>): (readonly [string, number])[] {
  return Object.entries(counts).filter(([, count]) => count > 0);
}
