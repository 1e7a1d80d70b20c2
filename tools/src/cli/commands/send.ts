import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { misused } from '../cli-error.js';
import { recipientOf } from '../recipient.js';
import { action, number, several, text, type Options, type Run } from '../run.js';
import { plain } from '../screen.js';

interface Outcome {
  messageId: string;
  conversationId?: string;
  status: string;
  reason?: string;
  next?: string[];
  losses?: { component?: string; reason?: string; detail?: string }[];
}

const gather = (value: string, before: string[] = []): string[] => [...before, value];

/** The arguments and options that say what is sent to whom. */
export function sendOptions(command: Command): Command {
  return command
    .argument('<to>', '+phone, e-mail, user:<id>, a conversation id, or a target such as slack:#ops')
    .argument('[text]', 'what to say; - reads it from standard input')
    .option('--channel <kind>', 'whatsapp, sms, email, telegram …; default: where the person wrote last')
    .option('--channel-id <id>', 'one channel, where a kind has several')
    .option('--agent <id>', 'the agent whose channel it is')
    .option('--template <name>', 'an approved template instead of text (WhatsApp; needs --channel-id)')
    .option('--language <code>', 'of the template, such as en_US')
    .option('--param <value>', 'value of the template, in order; repeat it', gather)
    .option('--subject <text>', 'of an e-mail')
    .option('--image <url>', 'attach a picture')
    .option('--file <url>', 'attach a file')
    .option('--on-closed-window <what>', 'hold or fail (WhatsApp)')
    .option('--delay <ms>', 'send later, 3000 to 86400000')
    .option('--at <time>', 'send at this time, ISO 8601')
    .option('--campaign <id>', 'group it under a campaign');
}

export function addSend(program: Command): void {
  const send = program.command('send').description('Send a message');
  sendOptions(send)
    .option('--wait <seconds>', 'how long to wait for the outcome, 0 to 60', '10')
    .option('--idempotency-key <key>', 'the same key and message are sent once')
    .addHelpText(
      'after',
      `\nExamples:\n  skein send +447700900123 "Your table is ready" --channel whatsapp\n  skein send user:u-17 "See you at 3" --at 2026-05-01T14:00\n  echo done | skein send slack:#ops -`,
    )
    .action(action(run));
}

async function run({ client, screen, args, options }: Run): Promise<void> {
  const wait = number(options, 'wait') ?? 10;
  const key = text(options, 'idempotencyKey') ?? randomUUID();
  const { path, body } = requestOf(args, options);
  const outcome = await client.send<Outcome>(path, body, key, { prefer: `wait=${wait}` });
  if (screen.json) return screen.data(outcome);
  const { bold, dim, green } = screen.colours;
  screen.line(
    `${green('✓')} ${bold(outcome.status)}${outcome.status === 'held' ? ' until the person writes' : ''}`,
  );
  screen.line(`  message       ${outcome.messageId}`);
  if (outcome.conversationId !== undefined) screen.line(`  conversation  ${outcome.conversationId}`);
  for (const loss of outcome.losses ?? []) screen.line(`  ${dim(`lost: ${plain(loss)}`)}`);
}

/** The request that a send is, on the address of ordinary or of template sends. */
export function requestOf(args: string[], options: Options): { path: string; body: object } {
  const [to = '', typed] = args;
  const recipient = recipientOf(to);
  const later = { delay: number(options, 'delay'), scheduleTime: text(options, 'at') };
  const shared = { campaignId: text(options, 'campaign'), ...later };
  const template = text(options, 'template');
  if (template !== undefined)
    return {
      path: '/v1/messages/template',
      body: { ...templateSend(recipient, template, options), ...shared },
    };
  const closed = text(options, 'onClosedWindow');
  const body = {
    channel: text(options, 'channel'),
    channelId: text(options, 'channelId'),
    agentId: text(options, 'agent'),
    to: recipient,
    ...contentOf(typed, options),
    ...(closed === undefined ? {} : { options: { whatsapp: { onClosedWindow: closed } } }),
    ...shared,
  };
  return { path: '/v1/messages', body };
}

function templateSend(recipient: Record<string, string>, name: string, options: Options): object {
  const conversationId = recipient['phoneNumber'];
  if (conversationId === undefined)
    return misused('--template goes to a phone number, such as +447700900123.');
  const channelId = text(options, 'channelId');
  if (channelId === undefined)
    return misused('--template needs --channel-id.', 'List the channels with: skein channels list');
  const language = text(options, 'language');
  return { channelId, conversationId, template: { name, language, params: several(options, 'param') } };
}

function contentOf(typed: string | undefined, options: Options): object {
  const words = typed === '-' ? readFileSync(0, 'utf8').replace(/\n$/, '') : typed;
  const [image, file, subject] = ['image', 'file', 'subject'].map((name) => text(options, name));
  if (words === undefined && image === undefined && file === undefined)
    return misused('There is nothing to send: give a text, --image, --file or --template.');
  if (image === undefined && file === undefined && subject === undefined) return { text: words };
  return {
    content: {
      ...(words === undefined ? {} : { text: words }),
      ...(image === undefined ? {} : { image: { url: image } }),
      ...(file === undefined ? {} : { file: { url: file } }),
      ...(subject === undefined ? {} : { email: { subject } }),
    },
  };
}
