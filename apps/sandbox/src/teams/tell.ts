import type { JsonObject } from '../core/json.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { postWebhook } from '../core/post-webhook.js';
import type { Account, Notice } from './accounts.js';
import { wireId, writtenPlace } from './conversations.js';
import type { Conversation, Place } from './conversations.js';
import { serviceUrlOf } from './side.js';
import type { TeamsSide } from './side.js';

/** Activities go out one at a time, in their order. */
export const OUTBOX = { lingerMs: 5, batchSize: 1, parallel: 1 } as const;
/** How many lingers an activity waits that is to come behind those after it: half a second. */
const LATE = 100;
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';

export interface Teller {
  side: TeamsSide;
  account: Account;
  conversation: Conversation;
  place: Place;
  /** Who does it, as the platform names people. */
  from: JsonObject;
}

/** Posts an activity of a conversation to the bot, with what every activity says (Messages in bot conversations, receive a message). */
export function tell(teller: Teller, activity: JsonObject): JsonObject {
  const { side, account, conversation, place, from } = teller;
  const { world } = side;
  const serviceUrl = serviceUrlOf(side, conversation);
  const whole: JsonObject = {
    timestamp: world.clock.stamp(),
    localTimestamp: world.clock.stamp(),
    channelId: 'msteams',
    serviceUrl,
    from,
    conversation: conversationOf(conversation, place),
    recipient: { id: `28:${account.config.appId}`, name: 'Sandbox bot' },
    channelData: {
      tenant: { id: TENANT },
      ...(conversation.type === 'channel' ? channelOf(conversation) : {}),
    },
    locale: 'en-US',
    ...activity,
  };
  const address = writtenPlace(place);
  const scope = { channelId: account.config.channelId, address };
  const isLate = world.faults.take('teams', ['out_of_order'], scope) !== undefined;
  if (account.config.webhookUrl !== null)
    account.outbox.push({ activity: whole, serviceUrl, address }, isLate ? { stage: LATE } : {});
  return whole;
}

function conversationOf(conversation: Conversation, place: Place): JsonObject {
  const { type, name } = conversation;
  const about = { conversationType: type, tenantId: TENANT, id: wireId(place) };
  return type === 'personal' ? about : { isGroup: true, name, ...about };
}

function channelOf({ id, name }: Conversation): JsonObject {
  return { channel: { id, name }, team: { id, name: 'Sandbox team' } };
}

/** Posts one activity with a token of its own; an invoke's answer goes to the journal. */
export async function deliver(
  side: TeamsSide,
  account: Account,
  notices: Notice[],
): Promise<DeliveryOutcome> {
  const { webhookUrl, appId, channelId } = account.config;
  const [notice] = notices;
  if (webhookUrl === null || !notice) return 'done';
  const body = JSON.stringify(notice.activity);
  const post = async (): ReturnType<typeof postWebhook> => {
    const token = await side.keys.sign({ audience: appId, serviceUrl: notice.serviceUrl });
    const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
    return postWebhook(side.world.http, webhookUrl, body, headers);
  };
  const answer = await post();
  account.lastAnswer = answer.detail;
  if (answer.outcome !== 'done') return answer.outcome;
  if (notice.activity['type'] === 'invoke') recordInvoke(side, notice, answer.body);
  const scope = { channelId, address: notice.address };
  if (side.world.faults.take('teams', ['duplicate_webhook'], scope)) await post();
  return 'done';
}

function recordInvoke({ world }: TeamsSide, { activity, address }: Notice, body: string): void {
  const request = { name: activity['name'], value: activity['value'] };
  world.journal.record({
    kind: 'teams',
    operation: 'invoke',
    address,
    request,
    answer: { status: 200, body },
  });
}
