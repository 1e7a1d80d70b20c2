import type { OutboundCall } from '@skein/channel-kit';
import type { Failure, MediaSource, Part } from '@skein/contracts';
import { isDirect, isPerson, messageRefOf, placeOf } from './address.js';
import type { MessageRef, Place } from './address.js';
import { buttonBlocks, cardBlocks, imageBlocks, linkBlocks, listBlocks } from './blocks.js';
import type { Block } from './blocks.js';
import { emojiNameOf } from './emoji.js';
import { escapeText, plainText } from './plain-text.js';

/** A file's address as the platform fetches it. */
export type PublicUrl = (source: MediaSource) => string;

/** A file that is handed over in bytes. */
export interface Upload {
  place: Place;
  /** The conversation with a person, where it is known; files cannot be sent to a person's id. */
  dm?: string;
  source: MediaSource;
  filename?: string;
  caption?: string;
}

export type Encoded =
  /** `instead` goes out when Slack cannot fetch the picture of the payload; nothing was posted then. */
  | { kind: 'post'; payload: object; instead?: Upload }
  | { kind: 'update'; payload: object }
  | { kind: 'upload'; upload: Upload }
  /** Null takes back what was reacted. */
  | { kind: 'react'; message: MessageRef; name: string | null }
  | { kind: 'refused'; failure: Failure };

/** Comes back in `message_metadata_posted` and in the history of a conversation. */
export const CALL_EVENT = 'skein_call';
/** Longest `image_url` (docs.slack.dev/reference/block-kit/blocks/image-block, checked 2026-11-21). */
const IMAGE_URL_MAX = 3000;

/** What one call asks of the Web API (docs.slack.dev/reference/methods, checked 2026-11-21). */
export function encode(call: OutboundCall, publicUrl: PublicUrl): Encoded {
  const { part } = call;
  if (part.type === 'edit') return update(part);
  if (part.type === 'reaction') return reaction(part);
  const place = placeOf(call.address);
  if (place === undefined) return refused('invalid_address', 'The address is no Slack address.');
  if (part.type === 'media') return media(call, part, place);
  const shown = messageOf(part, publicUrl);
  if (shown === undefined) return refused('provider_rejected', `Slack does not carry ${part.type}.`);
  return { kind: 'post', payload: posted(call, place, shown) };
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

interface Message {
  /** What is read aloud and shown in notifications; all there is without blocks. */
  text: string;
  blocks?: Block[];
}

/** The parts that are one message with a text. */
function messageOf(part: Part, publicUrl: PublicUrl): Message | undefined {
  switch (part.type) {
    case 'text':
      return { text: part.text };
    case 'buttons':
      return { text: part.text, blocks: buttonBlocks(part, publicUrl) };
    case 'list':
      return { text: part.text, blocks: listBlocks(part) };
    case 'link':
      return { text: part.text, blocks: linkBlocks(part) };
    case 'cards':
      return { text: part.text || titlesOf(part), blocks: cardBlocks(part, publicUrl) };
    case 'media':
    case 'reaction':
    case 'edit':
    case 'email':
    case 'flow':
    case 'template':
    case 'components':
      return undefined;
  }
}

function titlesOf({ cards }: Of<'cards'>): string {
  return escapeText(cards.map(({ title }) => title).join(', '));
}

/** The body of `chat.postMessage`. Links are shown as written: what is behind them is not ours to add. */
function posted(call: OutboundCall, { channel, threadTs }: Place, { text, blocks }: Message): object {
  return {
    channel,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    text,
    ...(blocks === undefined ? {} : { blocks }),
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: CALL_EVENT, event_payload: { call_ref: call.callRef } },
  };
}

/** A picture with an address of its own is shown from there; other files, and stored ones, are uploaded. */
function media(call: OutboundCall, part: Of<'media'>, place: Place): Encoded {
  const upload = uploadOf(call, part, place);
  const address = part.media === 'image' && 'url' in part.source ? part.source.url : undefined;
  if (address === undefined || !isShown(address)) return { kind: 'upload', upload };
  const alt = part.caption ? plainText(part.caption) : (part.filename ?? 'image');
  const text = part.caption || escapeText(alt);
  const blocks = imageBlocks(address, part.caption, alt);
  return { kind: 'post', payload: posted(call, place, { text, blocks }), instead: upload };
}

function isShown(address: string): boolean {
  return /^https?:\/\//i.test(address) && address.length <= IMAGE_URL_MAX;
}

function uploadOf({ route }: OutboundCall, part: Of<'media'>, place: Place): Upload {
  const dm = isPerson(place.channel) && isDirect(route['dm']) ? { dm: route['dm'] } : {};
  return {
    place,
    ...dm,
    source: part.source,
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    ...(part.caption === undefined ? {} : { caption: part.caption }),
  };
}

/** A text without blocks takes the place of all that was shown. Names and rooms in it are linked only where they are marked. */
function update({ providerMessageId, text }: Of<'edit'>): Encoded {
  const message = messageRefOf(providerMessageId);
  if (message === undefined)
    return refused('provider_rejected', 'The message to edit is not known to Slack.');
  return { kind: 'update', payload: { channel: message.channel, ts: message.ts, text, parse: 'none' } };
}

function reaction({ providerMessageId, emoji }: Of<'reaction'>): Encoded {
  const message = messageRefOf(providerMessageId);
  if (message === undefined) return refused('provider_rejected', 'The message is not known to Slack.');
  if (emoji === '') return { kind: 'react', message, name: null };
  const name = emojiNameOf(emoji);
  return name === undefined
    ? refused('provider_rejected', 'Slack has no name for this emoji.')
    : { kind: 'react', message, name };
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { kind: 'refused', failure: { kind: 'rejected', reason, detail } };
}
