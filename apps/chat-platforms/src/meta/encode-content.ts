import type { OutboundCall } from '@skein/channel-kit';
import type { Action, Card, Failure, JsonObject, MediaKind, MediaSource, Part } from '@skein/contracts';

/** A file's address as the platform fetches it. */
export type PublicUrl = (source: MediaSource) => string;

/** The body of `POST /{id}/messages` for one call. */
export type Encoded =
  | { body: JsonObject }
  /** The file goes first, to `/{id}/message_attachments`; the id it gets completes the body. */
  | { upload: { type: MediaKind; source: MediaSource }; bodyOf: (attachmentId: string) => JsonObject }
  | { failure: Failure };

/** Where the two surfaces differ. */
export interface Form {
  platform: 'Messenger' | 'Instagram';
  /** Fields beside `recipient` and `message`. */
  envelope: JsonObject;
  /** Fields of each message that carry our reference. */
  marks(call: OutboundCall): JsonObject;
  /** The word for a reaction. */
  reaction(emoji: string): string;
}

/** Page-scoped and Instagram-scoped ids are digits. */
export const ADDRESS = /^\d{5,25}$/;

/** Pure. One message holds text or one attachment, never both (Meta, Send API reference, checked 2026-11-21). */
export function encodeContent(call: OutboundCall, publicUrl: PublicUrl, form: Form): Encoded {
  if (!ADDRESS.test(call.address)) {
    return refused('invalid_address', `The address is no ${form.platform} id.`);
  }
  const envelope = { recipient: { id: call.address }, ...form.envelope };
  const bodyOf = (content: JsonObject): JsonObject => ({
    ...envelope,
    message: { ...content, ...form.marks(call) },
  });
  const { part } = call;
  switch (part.type) {
    case 'text':
      return { body: bodyOf({ text: part.text }) };
    case 'media':
      return media(part, publicUrl, bodyOf);
    case 'buttons':
      return { body: bodyOf(template('button', { text: part.text, buttons: part.buttons.map(postback) })) };
    case 'link':
      return { body: bodyOf(template('button', { text: part.text, buttons: [webUrl(part)] })) };
    case 'cards':
      return cards(part, publicUrl, bodyOf);
    case 'reaction':
      return { body: { recipient: { id: call.address }, ...reaction(part, form) } };
    case 'list':
    case 'flow':
    case 'template':
    case 'email':
    case 'components':
    case 'edit':
      return refused('provider_rejected', `${form.platform} does not carry ${part.type}.`);
  }
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;
type BodyOf = (content: JsonObject) => JsonObject;

/** A public address is fetched by the platform; a stored file is uploaded, for its address need not be reachable from there. */
function media({ media: type, source }: Of<'media'>, publicUrl: PublicUrl, bodyOf: BodyOf): Encoded {
  const attached = (payload: JsonObject): JsonObject => bodyOf({ attachment: { type, payload } });
  if ('url' in source) return { body: attached({ url: publicUrl(source), is_reusable: true }) };
  return { upload: { type, source }, bodyOf: (id) => attached({ attachment_id: id }) };
}

function template(templateType: string, payload: JsonObject): JsonObject {
  return { attachment: { type: 'template', payload: { template_type: templateType, ...payload } } };
}

function postback({ id, label }: Action): JsonObject {
  return { type: 'postback', title: label, payload: id };
}

function webUrl({ label, url }: Of<'link'>): JsonObject {
  return { type: 'web_url', url, title: label };
}

/** A generic template has no text of its own. */
function cards({ text, cards: all }: Of<'cards'>, publicUrl: PublicUrl, bodyOf: BodyOf): Encoded {
  if (text !== undefined && text !== '') {
    return refused('provider_rejected', 'A row of cards carries no text beside it.');
  }
  const elements = all.map((card) => element(card, publicUrl));
  return { body: bodyOf(template('generic', { elements })) };
}

/** A title alone is refused: something else must stand beside it (Meta, generic template, checked 2026-11-21). */
function element({ title, subtitle, image, buttons }: Card, publicUrl: PublicUrl): JsonObject {
  const bare = !subtitle && image === undefined && buttons.length === 0;
  const second = bare ? '·' : subtitle;
  return {
    title,
    ...(second ? { subtitle: second } : {}),
    ...(image === undefined ? {} : { image_url: publicUrl(image) }),
    ...(buttons.length === 0 ? {} : { buttons: buttons.map(postback) }),
  };
}

function reaction({ providerMessageId, emoji }: Of<'reaction'>, form: Form): JsonObject {
  const about = { message_id: providerMessageId };
  if (emoji === '') return { sender_action: 'unreact', payload: about };
  return { sender_action: 'react', payload: { ...about, reaction: form.reaction(emoji) } };
}
