import { createHmac } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { postWebhook } from '../core/post-webhook.js';
import { escapeJson } from './platform-calls.js';
import type { Account } from './accounts.js';
import type { Platform } from './platform.js';

/** One thing to tell the account's webhook: an event of `messaging[]`, or members of an entry as they are. */
export interface Notice {
  person: string;
  event?: JsonObject;
  /** Takes the place of the whole entry's content, such as `standby` or `changes`. */
  entry?: JsonObject;
}

/** What happens within this time goes in one POST. */
export const LINGER_MS = 20;
export const BATCH_SIZE = 50;
/** Batches of receipts that may be under way at once. */
export const PARALLEL = 4;

/** Posts a batch of notices, twice when `duplicate_webhook` strikes. */
export async function deliverNotices(
  world: World,
  platform: Platform,
  account: Account,
  notices: Notice[],
): Promise<DeliveryOutcome> {
  const { webhookUrl, appSecret, channelId } = account.config;
  if (webhookUrl === null) return 'done';
  const body = encodeNotices(platform, account, notices, world.clock.now());
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
  };
  const answer = await postWebhook(world.http, webhookUrl, body, headers);
  account.webhook.lastAnswer = answer.detail;
  const scope = { channelId, address: notices[0]?.person };
  if (answer.outcome === 'done' && world.faults.take(platform.kind, ['duplicate_webhook'], scope)) {
    await postWebhook(world.http, webhookUrl, body, headers);
  }
  return answer.outcome;
}

/**
 * The exact octets of a webhook. The platform escapes everything outside ASCII, and slashes, before it signs: who parses and writes the
 * JSON again gets another signature (Meta, webhooks, validating payloads).
 */
export function encodeNotices(
  { object }: Platform,
  { config }: Account,
  notices: readonly Notice[],
  time: number,
): string {
  const messaging = notices.flatMap(({ event }) => event ?? []);
  const base = { id: config.accountId, time };
  const entry = [
    ...(messaging.length > 0 ? [{ ...base, messaging }] : []),
    ...notices.flatMap(({ entry: own }) => (own === undefined ? [] : [{ ...base, ...own }])),
  ];
  return escapeJson(JSON.stringify({ object, entry }));
}
