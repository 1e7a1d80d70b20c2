import { createHmac } from 'node:crypto';
import type { World } from '../core/kind.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { postWebhook } from '../core/post-webhook.js';
import type { TwilioAccount } from './accounts.js';

/** One webhook: a form for an address. */
export interface TwilioNotice {
  url: string;
  person: string;
  fields: Record<string, string>;
}

export const LINGER_MS = 20;

/** Posts one form, twice when `duplicate_webhook` strikes. */
export async function deliverNotice(
  world: World,
  account: TwilioAccount,
  { url, person, fields }: TwilioNotice,
): Promise<DeliveryOutcome> {
  const body = new URLSearchParams(fields).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'user-agent': 'TwilioProxy/1.1',
    'x-twilio-signature': signatureOf(url, fields, account.config.authToken),
  };
  const answer = await postWebhook(world.http, url, body, headers);
  account.lastAnswer = answer.detail;
  const scope = { channelId: account.config.channelId, address: person };
  if (answer.outcome === 'done' && world.faults.take('sms', ['duplicate_webhook'], scope))
    await postWebhook(world.http, url, body, headers);
  return answer.outcome;
}

/** HMAC-SHA1 over the address and the sorted fields, in base64 (Secure webhooks, checked 2026-11). */
export function signatureOf(url: string, fields: Record<string, string>, authToken: string): string {
  const written = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name] ?? ''}`)
    .join('');
  return createHmac('sha1', authToken).update(`${url}${written}`).digest('base64');
}
