import { objectOf } from '@skein/contracts';
import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { chatFields, idOf, messageIdOf } from './address.js';
import { callBot, callBotWithFile } from './bot-api.js';
import type { BotAnswer } from './bot-api.js';
import type { TelegramConfig } from './config.js';
import { encode } from './encode.js';
import type { BotCall } from './encode.js';
import type { BotError } from './failures.js';
import { REPAIRS } from './repairs.js';
import type { Repair } from './repairs.js';

/**
 * One message. The platform takes no idempotency key: without an answer the outcome is not known. A refusal that another way avoids is
 * followed by the same message that way, each at most once; the platform has then promised that nothing was sent before.
 */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<TelegramConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call);
  if ('failure' in encoded) return encoded.failure;
  let next: BotCall = encoded;
  const done: Repair[] = [];
  for (;;) {
    const answer = await perform(next, config, io);
    if ('result' in answer) return receiptOf(answer.result, next, done);
    const { error } = answer;
    if (error && isAsWanted(error)) return { kind: 'receipt', providerId: null, note: error.description };
    const mended = error && firstRepair(next, error, done);
    if (!mended) return answer.failure;
    done.push(mended.repair);
    next = mended.call;
  }
}

/** The text is already what it was to become. */
function isAsWanted({ description }: BotError): boolean {
  return /message is not modified/i.test(description);
}

/** Shows that an answer is being written, for about 5 s (Bot API, sendChatAction). */
export async function typing(
  { address }: { address: string },
  { config }: ChannelAccount<TelegramConfig>,
  io: SendIo,
): Promise<void> {
  const chat = chatFields(address);
  if (chat !== undefined) await callBot(config, 'sendChatAction', { ...chat, action: 'typing' }, io);
}

function perform(call: BotCall, config: TelegramConfig, io: SendIo): Promise<BotAnswer> {
  const { method, fields, file } = call;
  return file === undefined ? callBot(config, method, fields, io) : callBotWithFile(config, call, file, io);
}

function firstRepair(
  call: BotCall,
  error: BotError,
  done: readonly Repair[],
): { repair: Repair; call: BotCall } | undefined {
  for (const repair of REPAIRS) {
    const mended = done.includes(repair) ? undefined : repair.mend(call, error);
    if (mended !== undefined) return { repair, call: mended };
  }
  return undefined;
}

/** Methods that make no new message name none: a reaction answers `true`, an edit repeats the message that was edited. */
const MAKES_MESSAGE = /^send/;

function receiptOf(
  result: unknown,
  { method, fields }: BotCall,
  repairs: readonly Repair[],
): ProviderReceipt {
  const message = objectOf(result);
  const chat = idOf(objectOf(message?.['chat'])?.['id']);
  const providerId = MAKES_MESSAGE.test(method) ? messageIdOf(chat, message?.['message_id']) : undefined;
  return {
    kind: 'receipt',
    providerId: providerId ?? null,
    ...(repairs.some(({ moves }) => moves) ? { providerAddress: String(fields['chat_id']) } : {}),
    ...(repairs.length === 0 ? {} : { note: repairs.map(({ name }) => name).join('; ') }),
  };
}
