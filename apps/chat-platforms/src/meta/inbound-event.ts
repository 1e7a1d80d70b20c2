import { eventIdOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { contentOf, optional } from './inbound-content.js';

/** Who and when, the same for every kind of event. */
export interface About {
  /** The person, whichever side spoke. */
  address: string;
  at: string;
  /** The whole entry of `messaging[]`. */
  event: JsonObject;
}

/** Reads the member of an event that gives it its kind; [] for what it cannot make sense of. */
export type Reader = (part: JsonObject, about: About) => InboundEvent[];

/** Kinds of event by the name of their member. */
export type Readers = Readonly<Record<string, Reader>>;

/** What both surfaces have. */
export const SHARED_READERS: Readers = { message, postback, reaction, message_edit: messageEdit };

/** Our reference, `<callId>:<attempt>`, as it was given with the call. */
const CALL_REF = /^\d{1,18}:\d{1,5}$/;

function message(part: JsonObject, { address, at, event }: About): InboundEvent[] {
  const mid = eventIdOf(event, part['mid']);
  if (part['is_deleted'] === true) {
    return [{ type: 'revoke', eventId: `${mid}:deleted`, at, address, target: mid }];
  }
  const content = part['is_unsupported'] === true ? undefined : contentOf(part);
  if (content === undefined) return [{ ...unsupported('message', event, address), eventId: mid, at }];
  const replyTo = textOf(objectOf(part['reply_to'])?.['mid']);
  return [
    {
      type: 'message',
      eventId: mid,
      at,
      address,
      providerMessageId: mid,
      content,
      ...(replyTo === undefined ? {} : { replyTo: [replyTo] }),
    },
  ];
}

/** The press of a button, a menu or an icebreaker. `mid` came later and may be missing. */
function postback(part: JsonObject, { address, at, event }: About): InboundEvent[] {
  const title = textOf(part['title']);
  const id = textOf(part['payload']) ?? title;
  if (id === undefined) return [];
  const mid = eventIdOf(event, part['mid']);
  const content = { ...optional('text', title), action: { id, ...optional('label', title) } };
  return [{ type: 'message', eventId: mid, at, address, providerMessageId: mid, content }];
}

/** For reactions that come as a word only (Meta, message_reactions, checked 2026-11-21). */
const EMOJI_OF: Readonly<Record<string, string>> = {
  love: '❤️',
  like: '👍',
  dislike: '👎',
  smile: '😆',
  laugh: '😆',
  wow: '😮',
  sad: '😢',
  angry: '😠',
};

function reaction(part: JsonObject, { address, at, event }: About): InboundEvent[] {
  const target = textOf(part['mid']);
  const word = textOf(part['reaction']) ?? '';
  const named = Object.hasOwn(EMOJI_OF, word) ? EMOJI_OF[word] : undefined;
  const emoji = part['action'] === 'unreact' ? null : (textOf(part['emoji']) ?? named);
  if (target === undefined || emoji === undefined) return [];
  return [{ type: 'reaction', eventId: eventIdOf(event), at, address, target, emoji }];
}

/** Without a text it is only said that a message has never been edited. */
function messageEdit(part: JsonObject, { address, at, event }: About): InboundEvent[] {
  const [target, text] = [textOf(part['mid']), textOf(part['text'])];
  if (target === undefined || text === undefined) return [];
  return [{ type: 'edit', eventId: eventIdOf(event), at, address, target, text }];
}

/**
 * What the account itself said, through us, another app or a person at the platform's own inbox. Ours tells that a call whose answer
 * was lost has been sent; the rest is none of our business.
 */
export function readEcho(part: JsonObject, event: JsonObject, address: string | undefined): InboundEvent {
  const [mid, callRef] = [textOf(part['mid']), textOf(part['metadata'])];
  const at = timeOf(event['timestamp']);
  const eventId = `${eventIdOf(event, mid)}:echo`;
  if (mid !== undefined && callRef !== undefined && CALL_REF.test(callRef)) {
    return { type: 'receipt', eventId, at, providerMessageId: mid, callRef, status: 'sent' };
  }
  return { ...unsupported('an own message', event, address), eventId, at };
}
