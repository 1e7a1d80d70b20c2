import { createHash } from 'node:crypto';
import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import { invalid, notFound } from '../core/refusal.js';
import type { Account } from './accounts.js';
import { buttonsOf } from './inbox.js';
import { interactionObject, postInteraction, tellInteraction } from './interactions.js';
import { storeFile, tellDeleted } from './messages.js';
import type { Author, Place, StoredFile, StoredMessage } from './places.js';
import { addReaction, removeReaction, tellReaction } from './reactions.js';
import { channelObject, dispatchedObject, messageObject } from './shapes.js';
import type { DiscordSide } from './side.js';

export interface Writing {
  side: DiscordSide;
  account: Account;
  place: Place;
  author: Author;
  fields: Fields;
}

type Told = JsonObject & { type: string };
type Write = (writing: Writing) => Told | Promise<Told>;

/** What a person can do, by the field of the request that asks for it. */
const WRITES: Record<string, Write> = {
  text: (writing) => say(writing, writing.fields.text('text'), []),
  media: (writing) =>
    say(writing, writing.fields.object('media')?.optionalText('caption') ?? '', [fileOf(writing)]),
  press,
  command,
  reaction,
  edit,
  revoke,
  raw: ({ account, fields }) => {
    const raw = fields.object('raw');
    account.gateway.dispatch(raw?.text('t') ?? '', raw?.object('d')?.body ?? {});
    return { type: 'raw' };
  },
};

/** What comes over the Gateway needs a bot that listens; presses and commands are posted. */
const POSTED: ReadonlySet<string> = new Set(['press', 'command']);

export function isPosted(fields: Fields): boolean {
  return [...POSTED].some((name) => fields.has(name));
}

/** Does what the request asks for; a 400 names what is missing. */
export async function writeAs(writing: Writing): Promise<JsonObject> {
  const name = Object.keys(WRITES).find((field) => writing.fields.has(field));
  const write = name === undefined ? undefined : WRITES[name];
  if (!write) throw invalid('body', `must hold one of ${Object.keys(WRITES).join(', ')}`);
  return write(writing);
}

/** Opens the place of an address: `room: {name}` and `thread: {name, parentId?}` make it one, anything else is a direct channel. */
export function placeFor(side: DiscordSide, account: Account, address: string, fields: Fields): Place {
  const [room, thread] = [fields.object('room'), fields.object('thread')];
  const isNew = side.places.get(address) === undefined;
  const name = fields.object('profile')?.optionalText('name');
  if (!room && !thread) return side.places.open(address, { kind: 'direct', name });
  const kind = thread ? 'thread' : 'room';
  const place = side.places.open(address, {
    kind,
    name: (thread ?? room)?.optionalText('name') ?? 'general',
    parentId: thread?.optionalText('parentId'),
  });
  if (isNew) account.gateway.dispatch(thread ? 'THREAD_CREATE' : 'CHANNEL_CREATE', channelObject(place));
  return place;
}

/** Who writes: the person of a direct channel, or of a room whoever `author: {name, id?}` says. */
export function authorFor(side: DiscordSide, place: Place, fields: Fields): Author {
  if (place.kind === 'direct') return side.places.personOf(place);
  const author = fields.object('author');
  const name = author?.optionalText('name') ?? 'Somebody';
  return { id: author?.optionalText('id') ?? idOfName(name), name };
}

function idOfName(name: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(name).digest('hex').slice(0, 14)}`);
  return `3${String(digits % 10n ** 17n).padStart(17, '0')}`;
}

function say({ side, account, place, author, fields }: Writing, content: string, files: StoredFile[]): Told {
  const atMs = side.world.clock.now();
  const message: StoredMessage = {
    id: side.places.newId(atMs),
    placeId: place.id,
    channelId: account.config.channelId,
    fromBot: false,
    author,
    atMs,
    editedMs: null,
    content,
    embeds: [],
    components: [],
    files,
    reactions: [],
    nonce: null,
    replyTo: fields.optionalText('replyTo') ?? null,
    flags: 0,
    raw: fields.body,
    read: true,
  };
  side.places.add(message);
  account.gateway.dispatch('MESSAGE_CREATE', dispatchedObject(side, account, place, message));
  return { id: message.id, type: 'message' };
}

/** The person's own file: `{base64, mimeType}`, or `{file}` / `{url}` naming one of the sandbox's files. */
function fileOf({ side, fields }: Writing): StoredFile {
  const media = fields.object('media');
  if (!media) throw invalid('media', 'is required');
  const filename = media.optionalText('filename');
  const base64 = media.optionalText('base64');
  if (base64 !== undefined) {
    const bytes = Buffer.from(base64, 'base64');
    return storeFile(side, { bytes, mimeType: media.text('mimeType'), filename: filename ?? 'file' });
  }
  const link =
    media.optionalText('url') ?? `${side.world.origin()}/files/${media.optionalText('file') ?? 'small.jpg'}`;
  const file = ownFile(side.world, link);
  if (typeof file === 'string')
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  const mimeType = media.optionalText('mimeType') ?? file.mimeType;
  return storeFile(side, { bytes: file.bytes, mimeType, filename: filename ?? file.name });
}

/** Presses the newest button or option whose id or label is given. */
function press(writing: Writing): Promise<Told> {
  const { side, account, place, fields } = writing;
  const wanted = fields.text('press');
  for (const message of place.messages.toReversed()) {
    if (!message.fromBot) continue;
    const buttons = buttonsOf(message).filter(({ type }) => type !== 'url');
    const button = buttons.find(({ id }) => id === wanted) ?? buttons.find(({ title }) => title === wanted);
    if (!button) continue;
    const data =
      button.type === 'option'
        ? { component_type: 3, custom_id: 'menu', values: [button.id] }
        : { component_type: 2, custom_id: button.id };
    return interact(writing, 3, { data, message: messageObject(side, account, message) });
  }
  throw notFound(`There is no button ${JSON.stringify(wanted)} in this channel.`);
}

/** `{command: {name, options?: {item: 'tea'}}}`. */
function command(writing: Writing): Promise<Told> {
  const asked = writing.fields.object('command');
  const options = Object.entries(asked?.object('options')?.body ?? {}).map(([name, value]) => ({
    name,
    type: typeof value === 'number' ? 10 : typeof value === 'boolean' ? 5 : 3,
    value,
  }));
  const id = writing.side.places.newId(writing.side.world.clock.now());
  return interact(writing, 2, { data: { id, name: asked?.text('name'), type: 1, options } });
}

async function interact(writing: Writing, type: number, more: JsonObject): Promise<Told> {
  const { side, account, place, author } = writing;
  const id = side.places.newId(side.world.clock.now());
  const interaction = interactionObject(account, { id, type, place, author, more });
  if (account.config.webhookUrl === null)
    return { id, type: 'interaction', answer: await tellInteraction(side.world, account, interaction) };
  const scope = { channelId: account.config.channelId, address: place.id };
  const isTwice = side.world.faults.take('discord', ['duplicate_webhook'], scope) !== undefined;
  const answer = await postInteraction(side.world, account, interaction);
  if (isTwice) await postInteraction(side.world, account, interaction);
  return { id, type: 'interaction', answer };
}

/** Reacts to a message, the newest of the bot if none is named; an empty emoji takes every reaction back. */
function reaction({ side, account, place, author, fields }: Writing): Told {
  const asked = fields.object('reaction');
  const message = messageFor(side, place, asked?.optionalText('messageId'), true);
  const emoji = asked?.optionalText('emoji') ?? '';
  const now = side.world.clock.now();
  if (emoji !== '') {
    if (addReaction(message, author.id, emoji, now))
      tellReaction(account, place, message, author, emoji, true);
    return { type: 'reaction', messageId: message.id };
  }
  const mine = message.reactions.filter(({ userId }) => userId === author.id);
  for (const { emoji: each } of mine) {
    removeReaction(message, author.id, each);
    tellReaction(account, place, message, author, each, false);
  }
  return { type: 'reaction', messageId: message.id };
}

function edit({ side, account, place, fields }: Writing): Told {
  const asked = fields.object('edit');
  const message = messageFor(side, place, asked?.optionalText('messageId'), false);
  message.content = asked?.text('text') ?? '';
  message.editedMs = side.world.clock.now();
  account.gateway.dispatch('MESSAGE_UPDATE', dispatchedObject(side, account, place, message));
  return { id: message.id, type: 'edit' };
}

function revoke({ side, account, place, fields }: Writing): Told {
  const message = messageFor(side, place, fields.object('revoke')?.optionalText('messageId'), false);
  side.places.remove(message);
  tellDeleted(account, place, message);
  return { id: message.id, type: 'revoke' };
}

function messageFor(side: DiscordSide, place: Place, id: string | undefined, ofBot: boolean): StoredMessage {
  const found =
    id === undefined
      ? place.messages.findLast(({ fromBot }) => fromBot === ofBot)
      : side.places.message(place.id, id);
  if (!found) throw notFound('There is no such message in this channel.');
  return found;
}
