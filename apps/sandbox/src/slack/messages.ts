import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { keepsPace } from './accounts.js';
import { argument } from './arguments.js';
import { checkBlocks } from './block-rules.js';
import { conversationFor, refusedIn } from './call.js';
import type { Call, Outcome } from './call.js';
import { addMessage, findMessage, nextStamp, shownMessage } from './conversations.js';
import type { Conversation, SlackMessage } from './conversations.js';
import { echoChange, echoDeletion, echoMessage } from './echoes.js';

/** Longer texts of `chat.postMessage` are cut (docs.slack.dev/reference/methods/chat.postMessage). */
const TEXT_CUT = 40_000;
/** Longer ones of `chat.update` are refused. */
const UPDATE_MAX = 4_000;
/** Bytes of metadata as JSON (docs.slack.dev/messaging/message-metadata). */
const METADATA_MAX = 16 * 1024;

/** `chat.postMessage`: a pace of one a second in each conversation, then every rule of the content. */
export function postMessage(call: Call): Outcome {
  const { args, account } = call;
  const place = conversationFor(call, argument(args, 'channel'));
  if ('error' in place) return place;
  const { messagesPerSecond: pace, burst } = account.config;
  if (pace !== null && !keepsPace(account, place.id, burst, pace)) return { error: 'ratelimited' };
  const refused = refusedIn(place);
  if (refused !== undefined) return { error: refused };
  const threadTs = argument(args, 'thread_ts') ?? null;
  if (threadTs !== null && !findMessage(place, threadTs)) return { error: 'thread_not_found' };
  const wrong = contentProblem(call);
  if (wrong) return wrong;
  const message = write(call, place, threadTs);
  echoMessage(call.side.world, account, place, message);
  return { ok: { channel: place.id, ts: message.ts, message: shownMessage(account, message) } };
}

function write({ side, account, args }: Call, place: Conversation, threadTs: string | null): SlackMessage {
  return addMessage({ account, clock: side.world.clock }, place, {
    user: account.config.botUserId,
    byApp: true,
    text: (argument(args, 'text') ?? '').slice(0, TEXT_CUT),
    blocks: blocksOf(args),
    threadTs,
    metadata: isObject(args['metadata']) ? args['metadata'] : null,
    raw: withoutToken(args),
  });
}

function contentProblem({ args, side }: Call): { error: string; errors?: string[] } | undefined {
  const { blocks, metadata } = args;
  if (argument(args, 'text') === undefined && blocks === undefined && args['attachments'] === undefined) {
    return { error: 'no_text' };
  }
  if (metadata !== undefined) {
    const isRight =
      isObject(metadata) && typeof metadata['event_type'] === 'string' && isObject(metadata['event_payload']);
    if (!isRight) return { error: 'invalid_metadata_format' };
    if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_MAX) return { error: 'metadata_too_large' };
  }
  return blocks === undefined ? undefined : checkBlocks(blocks, side.world);
}

function blocksOf({ blocks }: JsonObject): JsonObject[] {
  return Array.isArray(blocks) ? blocks.filter(isObject) : [];
}

/** What the journal and the inbox may show of a request. */
export function withoutToken(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'token'));
}

/** An own message of a conversation, or why it cannot be touched. Only the id of a direct message will do, not its person's. */
function ownMessage(
  { account, args }: Call,
  refusal: string,
): { place: Conversation; message: SlackMessage } | { error: string } {
  const place = account.conversations.get(argument(args, 'channel') ?? '');
  if (!place) return { error: 'channel_not_found' };
  const message = findMessage(place, argument(args, 'ts'));
  if (!message) return { error: 'message_not_found' };
  return message.byApp ? { place, message } : { error: refusal };
}

/** `chat.update`: a text without blocks removes those that were there; nothing else about the message changes. */
export function updateMessage(call: Call): Outcome {
  const { account, args, side } = call;
  const own = ownMessage(call, 'cant_update_message');
  if ('error' in own) return own;
  const { place, message } = own;
  const text = argument(args, 'text');
  if (text !== undefined && text.length > UPDATE_MAX) return { error: 'msg_too_long' };
  const wrong = contentProblem(call);
  if (wrong) return wrong;
  const before = shownMessage(account, message);
  if (text !== undefined) message.text = text;
  if (text !== undefined || args['blocks'] !== undefined) message.blocks = blocksOf(args);
  message.editedTs = nextStamp(account, side.world.clock);
  echoChange(side.world, account, place, message, before);
  return {
    ok: { channel: place.id, ts: message.ts, text: message.text, message: shownMessage(account, message) },
  };
}

export function deleteMessage(call: Call): Outcome {
  const own = ownMessage(call, 'cant_delete_message');
  if ('error' in own) return own;
  const { place, message } = own;
  place.messages = place.messages.filter((each) => each !== message);
  echoDeletion(call.side.world, call.account, place, message);
  return { ok: { channel: place.id, ts: message.ts } };
}

/** `conversations.history` and `conversations.replies`, the newest first and the oldest first. */
export function readHistory(call: Call): Outcome {
  const place = call.account.conversations.get(argument(call.args, 'channel') ?? '');
  if (!place) return { error: 'channel_not_found' };
  if (!place.member) return { error: 'not_in_channel' };
  const ts = argument(call.args, 'ts');
  const shown = place.messages.filter((message) =>
    ts === undefined ? message.threadTs === null : message.ts === ts || message.threadTs === ts,
  );
  const messages = shown.map((message) => shownMessage(call.account, message));
  return { ok: { messages: ts === undefined ? messages.reverse() : messages, has_more: false } };
}
