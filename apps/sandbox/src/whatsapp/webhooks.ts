import { createHmac } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { postWebhook } from '../core/post-webhook.js';
import { escapeJson } from '../meta/platform-calls.js';
import type { Account, AccountConfig } from './accounts.js';

/** One thing to tell the account's webhook. `person` is {@link Person.key}. */
export type Notice =
  | { kind: 'status'; person: string; status: JsonObject }
  | { kind: 'change'; person: string; field: string; value: JsonObject };

/** Statuses and messages that come within this time go in one POST. */
export const LINGER_MS = 20;
export const BATCH_SIZE = 100;
/** Full batches of statuses that may be under way at once. */
export const PARALLEL = 4;

/** Posts a batch of notices, twice when `duplicate_webhook` strikes. */
export async function deliverNotices(
  world: World,
  account: Account,
  notices: Notice[],
): Promise<DeliveryOutcome> {
  const { webhookUrl, appSecret, channelId } = account.config;
  if (webhookUrl === null) return 'done';
  const body = encodeNotices(account.config, notices);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
  };
  const answer = await postWebhook(world.http, webhookUrl, body, headers);
  account.webhook.lastAnswer = answer.detail;
  const scope = { channelId, address: notices[0]?.person };
  if (answer.outcome === 'done' && world.faults.take('whatsapp', ['duplicate_webhook'], scope)) {
    await postWebhook(world.http, webhookUrl, body, headers);
  }
  return answer.outcome;
}

/**
 * The exact octets of a webhook. The platform escapes everything outside ASCII, and slashes, before it signs: who parses and
 * writes the JSON again gets another signature (Meta, webhooks page).
 */
export function encodeNotices(config: AccountConfig, notices: Notice[]): string {
  const changes: JsonObject[] = [];
  const statuses: JsonObject[] = [];
  for (const notice of notices) {
    if (notice.kind === 'status') statuses.push(notice.status);
    else changes.push({ value: { ...metadataOf(config), ...notice.value }, field: notice.field });
  }
  if (statuses.length > 0) changes.push({ value: { ...metadataOf(config), statuses }, field: 'messages' });
  const entry = [{ id: config.wabaId, changes }];
  return escapeJson(JSON.stringify({ object: 'whatsapp_business_account', entry }));
}

function metadataOf({ displayPhoneNumber, phoneNumberId }: AccountConfig): JsonObject {
  const metadata = {
    display_phone_number: displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: phoneNumberId,
  };
  return { messaging_product: 'whatsapp', metadata };
}
