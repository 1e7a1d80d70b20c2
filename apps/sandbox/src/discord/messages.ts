import { listOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { discordError } from './errors.js';
import { checkMessage, hasContent } from './message-rules.js';
import type { UploadedFile } from './payload.js';
import type { Place, StoredFile, StoredMessage } from './places.js';
import type { RouteCall } from './routes.js';
import { dispatchedObject, messageObject } from './shapes.js';
import type { DiscordSide } from './side.js';

/** Octets of one file (since 16 January 2025). */
const FILE_LIMIT = 10 * 1024 * 1024;
/** "The past few minutes" in which a nonce is remembered. */
const NONCE_LIVES_MS = 5 * 60_000;

/** `POST /channels/{id}/messages`: every rule in the platform's order, then the message, and its dispatch to the bot itself. */
export function createMessage({ side, account, payload, place }: RouteCall): ProviderAnswer {
  if (!place) return discordError(10003);
  const { json, files } = payload;
  const wrong = checkMessage(json) ?? checkFiles(json, files);
  if (wrong) return wrong;
  const repeated = repeatedOf(account, json);
  if (repeated) return { status: 200, body: messageObject(side, account, repeated) };
  if (!hasContent(json, files.length)) return discordError(50006);
  const message = storedOf(side, account, place, json, files);
  side.places.add(message);
  const nonce = textOf(json['nonce']);
  if (nonce !== undefined) account.nonces.set(nonce, { message, atMs: Date.now() });
  side.world.changed();
  account.gateway.dispatch('MESSAGE_CREATE', dispatchedObject(side, account, place, message));
  return { status: 200, body: messageObject(side, account, message) };
}

/** With `enforce_nonce` a repeat gives the first message back and makes no second one. */
function repeatedOf(account: Account, json: JsonObject): StoredMessage | undefined {
  const now = Date.now();
  for (const [nonce, { atMs }] of account.nonces) {
    if (now - atMs < NONCE_LIVES_MS) break;
    account.nonces.delete(nonce);
  }
  const nonce = textOf(json['nonce']);
  return json['enforce_nonce'] === true && nonce !== undefined
    ? account.nonces.get(nonce)?.message
    : undefined;
}

function checkFiles(json: JsonObject, files: readonly UploadedFile[]): ProviderAnswer | undefined {
  if (files.some(({ bytes }) => bytes.length > FILE_LIMIT)) return discordError(40005);
  return files.length > 10 || listOf(json['attachments']).length > 10 ? discordError(50035) : undefined;
}

function storedOf(
  side: DiscordSide,
  account: Account,
  place: Place,
  json: JsonObject,
  files: readonly UploadedFile[],
): StoredMessage {
  const { clock } = side.world;
  const atMs = clock.now();
  const { applicationId, botName, channelId } = account.config;
  return {
    id: side.places.newId(atMs),
    placeId: place.id,
    channelId,
    fromBot: true,
    author: { id: applicationId, name: botName },
    atMs,
    editedMs: null,
    content: textOf(json['content']) ?? '',
    embeds: listOf(json['embeds']),
    components: listOf(json['components']),
    files: files.map((file) => storeFile(side, file)),
    reactions: [],
    nonce: nonceOf(json),
    replyTo: null,
    flags: typeof json['flags'] === 'number' ? json['flags'] : 0,
    raw: json,
    read: false,
  };
}

function nonceOf({ nonce }: JsonObject): string | number | null {
  return typeof nonce === 'string' || typeof nonce === 'number' ? nonce : null;
}

export function storeFile(side: DiscordSide, { filename, mimeType, bytes }: UploadedFile): StoredFile {
  const id = side.places.newId(side.world.clock.now());
  // As the platform does: letters, digits, dot, dash and underscore stay.
  const named = filename.replace(/[^\w.-]+/g, '_') || 'unknown';
  return { id, filename: named, mimeType, size: bytes.length, sha256: side.world.blobs.put(bytes) };
}

/** `PATCH`: what is not named stays. */
export function editMessage({ side, account, params, payload, place }: RouteCall): ProviderAnswer {
  const message = side.places.message(place?.id ?? '', params['message'] ?? '');
  if (!place || !message) return discordError(10008);
  if (!message.fromBot) return discordError(50005);
  const { json } = payload;
  const wrong = checkMessage(json);
  if (wrong) return wrong;
  if (json['content'] !== undefined) message.content = textOf(json['content']) ?? '';
  if (json['embeds'] !== undefined) message.embeds = listOf(json['embeds']);
  if (json['components'] !== undefined) message.components = listOf(json['components']);
  message.editedMs = side.world.clock.now();
  side.world.changed();
  account.gateway.dispatch('MESSAGE_UPDATE', dispatchedObject(side, account, place, message));
  return { status: 200, body: messageObject(side, account, message) };
}

export function deleteMessage({ side, account, params, place }: RouteCall): ProviderAnswer {
  const message = side.places.message(place?.id ?? '', params['message'] ?? '');
  if (!place || !message) return discordError(10008);
  if (!message.fromBot) return discordError(50013);
  side.places.remove(message);
  side.world.changed();
  tellDeleted(account, place, message);
  return { status: 204, body: null };
}

export function tellDeleted(account: Account, place: Place, { id }: StoredMessage): void {
  const where = place.guildId === null ? {} : { guild_id: place.guildId };
  account.gateway.dispatch('MESSAGE_DELETE', { id, channel_id: place.id, ...where });
}
