import { listOf, objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { blobUrl } from '../core/own-links.js';
import { nextMessageId } from './accounts.js';
import type { Account } from './accounts.js';
import { checkActivity, dataImage } from './activity-rules.js';
import {
  activityNotFound,
  conversationNotFound,
  disabledByAdmin,
  notInRoster,
  throttled,
  writesBlocked,
} from './connector-errors.js';
import { addMessage, isAt } from './conversations.js';
import type { Conversation, Place, Standing } from './conversations.js';
import { keepPace } from './pace.js';
import type { TeamsSide } from './side.js';

export interface Target {
  account: Account;
  place: Place;
  /** The part of the address that the bot called. */
  region: string;
  activity: JsonObject;
}

type Answer = ProviderAnswer & { retryAfter?: number };

const SHUT: Readonly<Record<Exclude<Standing, 'installed'>, () => ProviderAnswer>> = {
  blocked: writesBlocked,
  removed: notInRoster,
  disabled: disabledByAdmin,
};

/** `POST …/activities`: every rule in the platform's order, then the message is there. */
export function takeActivity(side: TeamsSide, target: Target): Answer {
  const { account, place, activity } = target;
  const conversation = reach(target);
  if ('status' in conversation) return conversation;
  const problem = checkActivity(activity);
  if (problem) return problem;
  const wait = keepPace(account, conversation.id);
  if (wait !== undefined) return { ...throttled(), retryAfter: wait };
  if (activity['type'] === 'typing') return { status: 201, body: { id: nextMessageId(account) } };
  const id = nextMessageId(account);
  const thread = conversation.type === 'channel' ? (place.thread ?? id) : null;
  const kept = withStoredImages(side, activity);
  addMessage(conversation, { id, atMs: side.world.clock.now(), direction: 'in', thread, activity: kept });
  side.world.changed();
  return { status: 201, body: isSplit(activity) ? {} : { id } };
}

/** `PUT …/activities/{id}`: a message of the bot becomes another. */
export function replaceActivity(side: TeamsSide, target: Target, id: string): Answer {
  const { account, activity } = target;
  const conversation = reach(target);
  if ('status' in conversation) return conversation;
  const message = conversation.messages.find((each) => each.id === id && each.direction === 'in');
  if (!message || message.deleted) return activityNotFound();
  const problem = checkActivity(activity);
  if (problem) return problem;
  const wait = keepPace(account, conversation.id);
  if (wait !== undefined) return { ...throttled(), retryAfter: wait };
  message.activity = withStoredImages(side, activity);
  message.edited = true;
  side.world.changed();
  return { status: 200, body: { id } };
}

/** The conversation that a call names, or why the bot cannot reach it. */
function reach({ account, place, region }: Target): Conversation | ProviderAnswer {
  const conversation = account.conversations.get(place.chat);
  if (conversation?.region !== region) return conversationNotFound();
  if (conversation.standing !== 'installed') return SHUT[conversation.standing]();
  const isKnown = place.thread === null || conversation.messages.some((message) => isAt(message, place));
  return isKnown ? conversation : conversationNotFound();
}

/** Text and attachments become two messages, and the answer names neither (Messages in bot conversations, note). */
function isSplit(activity: JsonObject): boolean {
  const text = activity['text'];
  return typeof text === 'string' && text !== '' && listOf(activity['attachments']).length > 0;
}

/** Pictures move to the store, so that a message stays small. */
function withStoredImages({ world }: TeamsSide, activity: JsonObject): JsonObject {
  const attachments = listOf(activity['attachments']).map((each) => {
    const attachment = objectOf(each) ?? {};
    const image = dataImage(attachment);
    if (!image) return attachment;
    const sha256 = world.blobs.put(image.bytes);
    return {
      ...attachment,
      contentUrl: blobUrl(world, sha256, image.mimeType),
      sha256,
      size: image.bytes.length,
    };
  });
  return attachments.length === 0 ? activity : { ...activity, attachments };
}
