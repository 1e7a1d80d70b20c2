import type { JsonObject } from '../core/json.js';
import { objectOf, textOf } from '../core/json.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { postWebhook } from '../core/post-webhook.js';
import { UNREAD_LIMIT } from './accounts.js';
import type { Account, Update } from './accounts.js';
import type { BotApi } from './bot-api.js';
import { Params } from './params.js';
import type { TelegramSide } from './side.js';

/** Updates go out one at a time, in their order. */
export const OUTBOX = { lingerMs: 5, batchSize: 1, parallel: 1 } as const;
/** How many lingers an update waits that is to come behind those after it: half a second. */
const LATE = 100;

/** Not told unless the bot asks for them (Bot API, setWebhook). */
const ON_REQUEST: ReadonlySet<string> = new Set([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]);

/** Tells the bot what happened: to its webhook, or to its next `getUpdates`. @returns the update's id, null when it wants no such update. */
export function tell(
  { world }: TelegramSide,
  account: Account,
  address: string,
  body: JsonObject,
): number | null {
  const [name = ''] = Object.keys(body);
  const { allowedUpdates: allowed, webhookUrl, channelId } = account.config;
  if (allowed === null ? ON_REQUEST.has(name) : !allowed.includes(name)) return null;
  account.nextUpdateId += 1;
  const update: Update = { update_id: account.nextUpdateId, body, address };
  if (webhookUrl === null) account.pulled = [...account.pulled, update].slice(-UNREAD_LIMIT);
  else {
    const late = world.faults.take('telegram', ['out_of_order'], { channelId, address });
    account.outbox.push(update, late ? { stage: LATE } : {});
  }
  return update.update_id;
}

/** Posts one update with the secret; acts on a method that the bot answers with. */
export async function deliver(
  side: TelegramSide,
  api: BotApi,
  account: Account,
  updates: Update[],
): Promise<DeliveryOutcome> {
  const { webhookUrl, secretToken, channelId } = account.config;
  const [update] = updates;
  if (webhookUrl === null || !update) return 'done';
  const body = JSON.stringify({ update_id: update.update_id, ...update.body });
  const secret: Record<string, string> =
    secretToken === null ? {} : { 'x-telegram-bot-api-secret-token': secretToken };
  const headers: Record<string, string> = { 'content-type': 'application/json', ...secret };
  const answer = await postWebhook(side.world.http, webhookUrl, body, headers);
  account.lastAnswer = answer.detail;
  if (answer.outcome !== 'done') return answer.outcome;
  actOn(api, account, answer.body);
  if (side.world.faults.take('telegram', ['duplicate_webhook'], { channelId, address: update.address })) {
    await postWebhook(side.world.http, webhookUrl, body, headers);
  }
  return 'done';
}

function actOn(api: BotApi, account: Account, answer: string): void {
  const { method, ...fields } = objectOf(parse(answer)) ?? {};
  const name = textOf(method);
  if (name !== undefined) api.answered(account, name, new Params(fields));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
