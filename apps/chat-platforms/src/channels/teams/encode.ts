import type { OutboundCall } from '@skein/channel-kit';
import type { Failure, JsonObject, MediaSource, Part } from '@skein/contracts';
import {
  cardAttachment,
  cardBody,
  footerBlock,
  openUrl,
  picture,
  rowBlock,
  submit,
  textBlock,
} from './adaptive-card.js';
import { activityIdOf, conversationOf } from './address.js';

/** A file's address as the platform fetches it. */
export type PublicUrl = (source: MediaSource) => string;

/** One call of the connector. */
export interface ConnectorCall {
  method: 'POST' | 'PUT';
  /** Below the service address. */
  path: string;
  activity: JsonObject;
  /** A picture that the activity carries with it. */
  image?: { source: MediaSource; filename?: string };
}

export type Encoded = ConnectorCall | { failure: Failure };

/** The activity of one call and where it goes (Bot Connector API reference, send to conversation, checked 2026-11-21). */
export function encode({ address, part }: OutboundCall, publicUrl: PublicUrl): Encoded {
  const conversation = conversationOf(address);
  if (conversation === undefined)
    return refused('invalid_address', 'The address is no conversation of Teams.');
  const path = `/v3/conversations/${encodeURIComponent(conversation)}/activities`;
  return (
    encodePart(part, path, publicUrl) ??
    refused('provider_rejected', `Teams does not carry this ${part.type}.`)
  );
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}

/** Text and an attachment never go out together: the platform would split them and name no id (Messages in bot conversations, note). */
function encodePart(part: Part, path: string, publicUrl: PublicUrl): ConnectorCall | undefined {
  switch (part.type) {
    case 'text':
      return post(path, written(part.text));
    case 'media':
      return image(part, path);
    case 'buttons':
      return post(path, buttons(part, publicUrl));
    case 'list':
      return post(path, shown([cardAttachment([textBlock(part.text), ...part.rows.map(rowBlock)])]));
    case 'link':
      return post(path, shown([cardAttachment([textBlock(part.text)], [openUrl(part.label, part.url)])]));
    case 'cards':
      return post(path, cards(part, publicUrl));
    case 'edit':
      return edit(part, path);
    case 'reaction':
    case 'flow':
    case 'template':
    case 'components':
    case 'email':
      return undefined;
  }
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

function post(path: string, activity: JsonObject): ConnectorCall {
  return { method: 'POST', path, activity };
}

function written(text: string): JsonObject {
  return { type: 'message', text, textFormat: 'markdown' };
}

function shown(attachments: JsonObject[]): JsonObject {
  return { type: 'message', attachments };
}

/** Only pictures have a place in a message; other files take the consent of the person, or Microsoft Graph. */
function image({ media, source, filename }: Of<'media'>, path: string): ConnectorCall | undefined {
  if (media !== 'image') return undefined;
  return {
    ...post(path, { type: 'message' }),
    image: { source, ...(filename === undefined ? {} : { filename }) },
  };
}

function buttons(
  { text, buttons: offered, image: shownImage, footer }: Of<'buttons'>,
  publicUrl: PublicUrl,
): JsonObject {
  const body = [
    ...(shownImage === undefined ? [] : [picture(publicUrl(shownImage))]),
    textBlock(text),
    ...(footer === undefined ? [] : [footerBlock(footer)]),
  ];
  return shown([cardAttachment(body, offered.map(submit))]);
}

/** Cards beside each other; what introduces them stands on the first. */
function cards({ text, cards: all }: Of<'cards'>, publicUrl: PublicUrl): JsonObject {
  const attachments = all.map((card, index) => {
    const imageUrl = card.image && publicUrl(card.image);
    const above = index === 0 && text !== undefined && text !== '' ? text : undefined;
    return cardAttachment(cardBody(card, imageUrl, above), card.buttons.map(submit));
  });
  return { ...shown(attachments), attachmentLayout: 'carousel' };
}

function edit({ providerMessageId, text }: Of<'edit'>, path: string): ConnectorCall | undefined {
  const id = activityIdOf(providerMessageId);
  if (id === undefined) return undefined;
  return { method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, activity: written(text) };
}
