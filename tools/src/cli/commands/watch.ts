import type { Command } from 'commander';
import { followEvents, type FollowedEvent } from '../follow-events.js';
import { action, number, queryOf, text, type Run } from '../run.js';
import { plain, type Colours } from '../screen.js';

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('Show events as they happen, until Ctrl-C')
    .option('--type <types>', 'only these, comma separated: message-received,message-failed …')
    .option('--conversation <id>', 'only of this conversation')
    .option('--message <id>', 'only of this message')
    .option('--after <id>', 'go on after this event (the id that --json shows)')
    .option('--count <n>', 'end after so many events')
    .action(action(run));
}

async function run({ client, screen, options }: Run): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const query = queryOf({
    type: text(options, 'type'),
    conversationId: text(options, 'conversation'),
    messageId: text(options, 'message'),
  });
  const most = number(options, 'count') ?? Infinity;
  const follow = {
    after: text(options, 'after'),
    signal: abort.signal,
    onAway: () => screen.note('Connecting again…'),
  };
  let shown = 0;
  for await (const item of followEvents(client, `/v1/events${query}`, follow)) {
    if (screen.json) screen.data({ eventId: item.id, ...item.event }, true);
    else screen.line(lineOf(item, screen.colours));
    shown += 1;
    if (shown >= most) break;
  }
  stop();
  process.off('SIGINT', stop).off('SIGTERM', stop);
}

const BAD = /failed|blocked|expired|paused|gap|unknown/;

function lineOf({ type, event }: FollowedEvent, { dim, red, green, cyan }: Colours): string {
  const { at, messageId, conversationId, detail } = event;
  const data = (event['data'] ?? event) as Record<string, unknown>;
  const paint = BAD.test(type) ? red : type.endsWith('received') ? cyan : green;
  const words = data['text'] ?? data['reason'] ?? detail ?? '';
  const about = [
    messageId === undefined ? '' : `message ${plain(messageId)}`,
    conversationId === undefined ? '' : `conversation ${plain(conversationId)}`,
  ];
  const time = typeof at === 'string' ? new Date(at).toLocaleTimeString('en-GB') : '        ';
  return `${dim(time)}  ${paint(plain(type).padEnd(18))} ${plain(words)}${words === '' ? '' : '  '}${dim(about.filter(Boolean).join('  '))}`;
}
