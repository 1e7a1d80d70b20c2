import { createHash } from 'node:crypto';
import type { OutboundCall } from '@skein/channel-kit';
import type { Failure, MediaSource, Part } from '@skein/contracts';
import {
  buttonRows,
  cardEmbed,
  cardRows,
  LINK_URL_MAX,
  linkRow,
  menuRow,
  pictureOf,
} from './encode-components.js';
import type { PublicUrl } from './encode-components.js';
import { snowflakeOf } from './snowflake.js';

/** What one call asks of the API. */
export type Encoded =
  | { type: 'message'; channel: string; payload: object; file?: FileToSend }
  | { type: 'edit'; channel: string; message: string; payload: object }
  /** An empty emoji takes back what was there. */
  | { type: 'reaction'; channel: string; message: string; emoji: string };

export interface FileToSend {
  source: MediaSource;
  filename?: string;
}

/** Nobody is pinged by text that an agent wrote (message reference, allowed mentions). */
const QUIET = { allowed_mentions: { parse: [] } };
const NONCE_LENGTH = 24;

/** One call as a request (docs.discord.com, message and component reference, 21 November 2026). */
export function encode(call: OutboundCall, publicUrl: PublicUrl): Encoded | { failure: Failure } {
  const channel = snowflakeOf(call.address);
  if (channel === undefined) return refused('invalid_address', 'The address is no Discord channel.');
  const { part } = call;
  if (part.type === 'reaction')
    return onMessage(part.providerMessageId, (message) => ({
      type: 'reaction',
      channel,
      message,
      emoji: part.emoji,
    }));
  if (part.type === 'edit')
    return onMessage(part.providerMessageId, (message) => ({
      type: 'edit',
      channel,
      message,
      payload: { content: part.text, ...QUIET },
    }));
  const body = bodyOf(part, publicUrl);
  if (body === undefined) return refused('provider_rejected', `Discord does not carry ${part.type}.`);
  const { file, ...content } = body;
  const payload = { ...content, ...QUIET, nonce: nonceOf(call), enforce_nonce: true };
  return { type: 'message', channel, payload, ...(file === undefined ? {} : { file }) };
}

/**
 * The same for every attempt of a call, and unlike that of any other call: Discord answers a repeat of the last minutes with the first
 * message and makes no second one, so that a call without an answer may be made again.
 */
export function nonceOf({ messageId, callId }: Pick<OutboundCall, 'messageId' | 'callId'>): string {
  return createHash('sha256').update(`${messageId}:${callId}`).digest('base64url').slice(0, NONCE_LENGTH);
}

function onMessage(id: string, encodeWith: (message: string) => Encoded): Encoded | { failure: Failure } {
  const message = snowflakeOf(id);
  return message === undefined
    ? refused('provider_rejected', 'The message to change has no Discord id.')
    : encodeWith(message);
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): { failure: Failure } {
  return { failure: { kind: 'rejected', reason, detail } };
}

interface Body {
  content?: string;
  embeds?: object[];
  components?: object[];
  file?: FileToSend;
}

type MessagePart = Exclude<Part, { type: 'reaction' | 'edit' }>;

function bodyOf(part: MessagePart, publicUrl: PublicUrl): Body | undefined {
  switch (part.type) {
    case 'text':
      return { content: part.text };
    case 'media':
      return { ...contentOf(part.caption), file: fileOf(part) };
    case 'buttons':
      return {
        content: withFooter(part.text, part.footer),
        ...pictureOf(part.image, publicUrl),
        components: buttonRows(part.buttons),
      };
    case 'list':
      return { content: part.text, components: [menuRow(part.button, part.rows)] };
    case 'link':
      return linkOf(part);
    case 'cards':
      return cardsOf(part, publicUrl);
    case 'template':
    case 'flow':
    case 'email':
    case 'components':
      return undefined;
  }
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

function contentOf(text: string | undefined): { content?: string } {
  return text === undefined || text === '' ? {} : { content: text };
}

function fileOf({ source, filename }: Of<'media'>): FileToSend {
  return { source, ...(filename === undefined ? {} : { filename }) };
}

/** Small print, in Discord's own mark for it. */
function withFooter(text: string, footer: string | undefined): string {
  return footer === undefined ? text : `${text}\n-# ${footer}`;
}

function linkOf({ text, label, url }: Of<'link'>): Body {
  return url.length > LINK_URL_MAX
    ? { content: `${text}\n${url}` }
    : { content: text, components: [linkRow(label, url)] };
}

function cardsOf({ text, cards }: Of<'cards'>, publicUrl: PublicUrl): Body {
  const components = cardRows(cards);
  return {
    ...contentOf(text),
    embeds: cards.map((card) => cardEmbed(card, publicUrl)),
    ...(components.length === 0 ? {} : { components }),
  };
}
