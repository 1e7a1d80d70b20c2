import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { objectOf, textOf } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import { invalid, notFound, Refusal } from '../core/refusal.js';
import type { Account } from './accounts.js';
import { presentMessage } from './inbox.js';
import type { StoredMedia } from './media.js';
import type { Person } from './people.js';
import type { WhatsAppSide } from './side.js';

export interface WriteQuestion {
  side: WhatsAppSide;
  person: Person;
  account: Account;
  fields: Fields;
}

/** The type-specific part of a webhook's message object. */
type MessagePart = JsonObject & { type: string };
type Builder = (question: WriteQuestion) => MessagePart;

/** What a person can do, by the field of the request that asks for it. */
const WRITES: Record<string, Builder> = {
  text: ({ fields }) => ({ type: 'text', text: { body: fields.text('text') } }),
  press: pressButton,
  media: writeMedia,
  reaction: writeReaction,
  edit: writeEdit,
  revoke: ({ fields }) => ({
    type: 'revoke',
    revoke: { original_message_id: fields.object('revoke')?.text('messageId') },
  }),
  location: ({ fields }) => ({ type: 'location', location: fields.object('location')?.body }),
  contacts: ({ fields }) => ({
    type: 'contacts',
    contacts: fields.objects('contacts').map(({ body }) => body),
  }),
  order: ({ fields }) => ({ type: 'order', order: fields.object('order')?.body }),
  flow: ({ fields }) => flowReply(fields.object('flow')?.body ?? {}),
  unsupported: () => ({ type: 'unsupported', errors: [UNSUPPORTED] }),
  raw: ({ fields }) => ({ type: 'text', ...fields.object('raw')?.body }),
};

const UNSUPPORTED = {
  code: 131051,
  title: 'Message type unknown',
  message: 'Message type unknown',
  error_data: { details: 'Message type is currently not supported.' },
};

/** Builds the message the request asks for; a 400 names what is missing. */
export function buildMessage(question: WriteQuestion): MessagePart {
  const name = Object.keys(WRITES).find((field) => question.fields.has(field));
  const build = name === undefined ? undefined : WRITES[name];
  if (!build) throw invalid('body', `must hold one of ${Object.keys(WRITES).join(', ')}`);
  const replyTo = question.fields.optionalText('replyTo');
  const part = build(question);
  return replyTo === undefined ? part : { ...part, context: contextOf(question, replyTo) };
}

function contextOf({ account }: WriteQuestion, id: string): JsonObject {
  return { from: account.ownDigits, id };
}

function flowReply(answers: JsonObject): MessagePart {
  const reply = { response_json: JSON.stringify(answers), body: 'Sent', name: 'flow' };
  return { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: reply } };
}

/** Presses the newest button or row whose id or label is given. */
function pressButton(question: WriteQuestion): MessagePart {
  const { side, person, account, fields } = question;
  const wanted = fields.text('press');
  for (const message of person.inbox.toReversed()) {
    if (message.phoneNumberId !== account.config.phoneNumberId) continue;
    const buttons = presentMessage(side, message).buttons ?? [];
    const button = buttons.find(({ id }) => id === wanted) ?? buttons.find(({ title }) => title === wanted);
    if (!button) continue;
    const answer = PRESSES[button.type];
    if (!answer)
      throw new Refusal(
        409,
        'not_supported',
        `A button of type ${button.type} sends nothing to the business.`,
      );
    const context = contextOf(question, message.id);
    return { ...answer(button, fields), context };
  }
  throw notFound(`There is no button ${JSON.stringify(wanted)} in the inbox of this person.`);
}

interface Pressed {
  id: string;
  title: string;
  description?: string;
}

/** What the platform sends for each kind of button. */
const PRESSES: Record<string, (button: Pressed, fields: Fields) => MessagePart> = {
  reply: ({ id, title }) => ({
    type: 'interactive',
    interactive: { type: 'button_reply', button_reply: { id, title } },
  }),
  row: ({ id, title, description }) => {
    const reply = description === undefined ? { id, title } : { id, title, description };
    return { type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } };
  },
  quick_reply: ({ id, title }) => ({ type: 'button', button: { payload: id, text: title } }),
  flow: (_button, fields) => flowReply(fields.object('answers')?.body ?? {}),
};

function writeReaction({ person, account, fields }: WriteQuestion): MessagePart {
  const reaction = fields.object('reaction');
  const mine = person.inbox.filter(({ phoneNumberId }) => phoneNumberId === account.config.phoneNumberId);
  const messageId = reaction?.optionalText('messageId') ?? mine.at(-1)?.id;
  if (messageId === undefined) throw notFound('There is no message to react to.');
  const emoji = reaction?.optionalText('emoji') ?? '';
  // A removed reaction has no emoji at all, not an empty one.
  return {
    type: 'reaction',
    reaction: emoji === '' ? { message_id: messageId } : { message_id: messageId, emoji },
  };
}

function writeEdit({ person, account, fields }: WriteQuestion): MessagePart {
  const edit = fields.object('edit');
  const ofAccount = person.written.filter(({ channelId }) => channelId === account.config.channelId);
  const id = edit?.optionalText('messageId') ?? ofAccount.at(-1)?.message.id;
  if (id === undefined) throw notFound('There is no message to edit.');
  const message = { type: 'text', text: { body: edit?.text('text') } };
  return { type: 'edit', edit: { original_message_id: id, message } };
}

const TYPE_OF_MIME: readonly [RegExp, string][] = [
  [/^image\/webp/, 'sticker'],
  [/^image\//, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/./, 'document'],
];

function writeMedia(question: WriteQuestion): MessagePart {
  const { side, fields } = question;
  const media = fields.object('media');
  if (!media) throw invalid('media', 'is required');
  const stored = storeMedia(side, media);
  const asked = media.optionalText('type');
  const type =
    asked === 'voice'
      ? 'audio'
      : (asked ?? TYPE_OF_MIME.find(([mime]) => mime.test(stored.mimeType))?.[1] ?? 'document');
  const caption = media.optionalText('caption');
  const file: JsonObject = {
    id: stored.id,
    mime_type: stored.mimeType,
    sha256: Buffer.from(stored.sha256, 'hex').toString('base64'),
  };
  if (caption !== undefined) file['caption'] = caption;
  if (type === 'document') file['filename'] = stored.filename ?? 'document';
  if (type === 'audio') file['voice'] = asked === 'voice';
  if (type === 'sticker') file['animated'] = false;
  return { type, [type]: file };
}

/** The person's own file: `{base64, mimeType}`, or `{file}` / `{url}` naming one of the sandbox's files. */
function storeMedia(side: WhatsAppSide, media: Fields): StoredMedia {
  const filename = media.optionalText('filename') ?? null;
  const base64 = media.optionalText('base64');
  if (base64 !== undefined)
    return side.media.add(Buffer.from(base64, 'base64'), media.text('mimeType'), filename);
  const name = media.optionalText('file') ?? 'small.jpg';
  const link =
    media.optionalText('url') ?? media.optionalText('link') ?? `${side.world.origin()}/files/${name}`;
  const file = ownFile(side.world, link);
  if (typeof file === 'string')
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  return side.media.add(file.bytes, media.optionalText('mimeType') ?? file.mimeType, filename ?? file.name);
}

/** Applies `profile: {name?, username?, userId?, hidePhone?}` of the request to the person. */
export function applyProfile({ people }: WhatsAppSide, person: Person, fields: Fields): void {
  const profile = fields.object('profile');
  if (!profile) return;
  const userId = profile.optionalText('userId');
  if (userId !== undefined) people.setUserId(person, userId);
  person.name = profile.optionalText('name') ?? person.name;
  person.username = profile.optionalText('username') ?? person.username;
  person.hidePhone = person.waId === null || profile.flag('hidePhone', person.hidePhone);
}

/** `text` or the like of a written message, for the page. */
export function writtenText(message: JsonObject): string {
  const type = String(message['type']);
  const part = objectOf(message[type]);
  const reply = objectOf(part?.['button_reply']) ?? objectOf(part?.['list_reply']);
  const text = part?.['body'] ?? part?.['caption'] ?? part?.['text'] ?? part?.['emoji'] ?? reply?.['title'];
  return textOf(text) ?? `(${type})`;
}
