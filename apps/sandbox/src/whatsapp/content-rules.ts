import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import {
  badValue,
  checkKeys,
  checkText,
  checkUrl,
  firstOf,
  invalidParameter,
  missingParameter,
} from './checks.js';
import type { Verdict } from './checks.js';
import { checkInteractive } from './interactive-rules.js';
import { LIMITS } from './limits.js';

const TEXT_KEYS = new Set(['body', 'preview_url']);
const REACTION_KEYS = new Set(['message_id', 'emoji']);
const MEDIA_KEYS: Record<string, ReadonlySet<string>> = {
  image: new Set(['id', 'link', 'caption']),
  video: new Set(['id', 'link', 'caption']),
  audio: new Set(['id', 'link', 'voice']),
  document: new Set(['id', 'link', 'caption', 'filename']),
  sticker: new Set(['id', 'link']),
};

/** One check per message type; templates are checked against their definition instead. */
const RULES: Record<string, (content: JsonObject) => Verdict> = {
  text: checkTextMessage,
  image: (content) => checkMedia('image', content),
  video: (content) => checkMedia('video', content),
  audio: (content) => checkMedia('audio', content),
  document: (content) => checkMedia('document', content),
  sticker: (content) => checkMedia('sticker', content),
  reaction: checkReaction,
  location: checkLocation,
  interactive: checkInteractive,
};

/** Media types of a message that name a file by `id` or `link`. */
export function isMediaType(type: string): boolean {
  return type in MEDIA_KEYS;
}

/** What the platform says about the content of a message that is not a template. */
export function checkContent(type: string, payload: JsonObject): Verdict {
  if (type === 'contacts') return checkContacts(payload['contacts']);
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (!rule)
    return invalidParameter(
      `Param type must be one of {${Object.keys(RULES).join(', ')}, contacts, template}.`,
    );
  const content = payload[type];
  return isObject(content) ? rule(content) : missingParameter(`The parameter ${type} is required.`);
}

function checkTextMessage(content: JsonObject): Verdict {
  return (
    checkText(content['body'], "text['body']", { most: LIMITS.text, code: 100 }) ??
    checkKeys(content, 'text', TEXT_KEYS)
  );
}

function checkMedia(type: string, content: JsonObject): Verdict {
  const { id, link } = content;
  return firstOf(
    () => checkKeys(content, type, MEDIA_KEYS[type] ?? new Set()),
    () =>
      id === undefined && link === undefined ? missingParameter(`${type} needs an id or a link.`) : undefined,
    () =>
      id !== undefined && link !== undefined
        ? invalidParameter(`${type} takes an id or a link, not both.`)
        : undefined,
    () => (link === undefined ? undefined : checkUrl(link, `${type}['link']`)),
    () =>
      checkText(content['caption'], `${type}['caption']`, {
        most: LIMITS.caption,
        optional: true,
        code: 100,
      }),
    () => checkText(content['filename'], `${type}['filename']`, { most: 240, optional: true, code: 100 }),
  );
}

function checkReaction(content: JsonObject): Verdict {
  const { message_id: messageId, emoji } = content;
  if (typeof messageId !== 'string' || messageId === '')
    return missingParameter("The parameter reaction['message_id'] is required.");
  if (typeof emoji !== 'string') return missingParameter("The parameter reaction['emoji'] is required.");
  if (emoji !== '' && !/^\P{ASCII}/u.test(emoji)) return badValue("reaction['emoji'] is not an emoji.");
  return checkKeys(content, 'reaction', REACTION_KEYS);
}

function checkLocation(content: JsonObject): Verdict {
  const inRange = (value: unknown, most: number): boolean => Math.abs(Number(value ?? Number.NaN)) <= most;
  if (!inRange(content['latitude'], 90)) return badValue("location['latitude'] must be between -90 and 90.");
  return inRange(content['longitude'], 180)
    ? undefined
    : badValue("location['longitude'] must be between -180 and 180.");
}

function checkContacts(contacts: unknown): Verdict {
  if (!Array.isArray(contacts) || contacts.length === 0)
    return missingParameter('The parameter contacts is required.');
  const named = contacts.every((contact) => isObject(contact) && isObject(contact['name']));
  return named ? undefined : missingParameter("contacts[]['name'] is required.");
}
