import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { badArgument, tooBig } from './connector-errors.js';

/** The whole message as UTF-16, pictures in base64 left out (Teams, format your bot messages). */
const MAX_BYTES = 100 * 1024;
/** A picture of a message (Teams, messages in bot conversations). */
const IMAGE_MAX_BYTES = 1024 * 1024;
const DATA_URI = /^data:([\w/+.-]+);base64,([A-Za-z0-9+/=]*)$/;
const CARD = 'application/vnd.microsoft.card.adaptive';
const ACTIONS: ReadonlySet<unknown> = new Set([
  'Action.Submit',
  'Action.OpenUrl',
  'Action.Execute',
  'Action.ShowCard',
]);

export interface DataImage {
  mimeType: string;
  bytes: Buffer;
}

/** The bytes of a picture that is part of the message. */
export function dataImage(attachment: JsonObject): DataImage | undefined {
  const [, mimeType, base64] = DATA_URI.exec(textOf(attachment['contentUrl']) ?? '') ?? [];
  if (mimeType === undefined || base64 === undefined) return undefined;
  return { mimeType, bytes: Buffer.from(base64, 'base64') };
}

/** What is wrong with an activity that a bot sends. */
export function checkActivity(activity: JsonObject): ProviderAnswer | undefined {
  if (activity['type'] === 'typing') return undefined;
  if (activity['type'] !== 'message') return badArgument('Activity type is not supported.');
  const attachments = listOf(activity['attachments']).map(objectOf);
  if (attachments.includes(undefined)) return badArgument('Invalid attachment.');
  const known = attachments.filter((each) => each !== undefined);
  if ((textOf(activity['text']) ?? '') === '' && known.length === 0)
    return badArgument('Activity has no content.');
  if (sizeOf(activity) > MAX_BYTES) return tooBig();
  const wrong = known.map(checkAttachment).find((problem) => problem !== undefined);
  return wrong === undefined ? undefined : badArgument(wrong);
}

function sizeOf(activity: JsonObject): number {
  const counted = (key: string, value: unknown): unknown =>
    key === 'contentUrl' && DATA_URI.test(String(value)) ? '' : value;
  return 2 * JSON.stringify(activity, counted).length;
}

function checkAttachment(attachment: JsonObject): string | undefined {
  const type = textOf(attachment['contentType']);
  if (type === undefined) return 'Attachment without contentType.';
  if (type === CARD) return checkCard(objectOf(attachment['content']));
  const image = dataImage(attachment);
  if (image && image.bytes.length > IMAGE_MAX_BYTES) return 'Image is too large.';
  if (!type.startsWith('image/')) return undefined;
  return textOf(attachment['contentUrl']) === undefined ? 'Attachment without contentUrl.' : undefined;
}

function checkCard(card: JsonObject | undefined): string | undefined {
  if (card?.['type'] !== 'AdaptiveCard' || textOf(card['version']) === undefined)
    return 'Invalid card payload.';
  const actions = listOf(card['actions']);
  const isAction = (action: unknown): boolean => isObject(action) && ACTIONS.has(action['type']);
  if (!actions.every(isAction)) return 'Invalid card payload: unknown action.';
  const blocks = listOf(card['body']);
  return blocks.every((block) => isObject(block) && textOf(block['type']) !== undefined)
    ? undefined
    : 'Invalid card payload: unknown element.';
}
