import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressedEvent, WebhookDefinition } from '@skein/channel-kit';
import type { InboundEvent, RawAnswer, RawRequest } from '@skein/contracts';
import type { WhatsAppConfig } from './config.js';
import { unsupported } from './inbound-base.js';
import { readMessage } from './inbound-message.js';
import { readPreference, readUserIdUpdate } from './inbound-person.js';
import { readStatus } from './inbound-status.js';
import { listOf, objectOf, textOf } from './json.js';
import type { JsonObject } from './json.js';

export const webhook: WebhookDefinition<WhatsAppConfig> = { verify, parse, handshake };

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** `X-Hub-Signature-256` over the bytes as they came: the platform escapes characters, so that writing them again would not fit. */
function verify({ headers, body }: RawRequest, { appSecret }: WhatsAppConfig): boolean {
  const given = headers['x-hub-signature-256'];
  if (!appSecret || given === undefined || !SIGNATURE.test(given)) return false;
  const expected = createHmac('sha256', appSecret).update(body).digest();
  return timingSafeEqual(Buffer.from(given.slice('sha256='.length), 'hex'), expected);
}

/** The GET with which the platform checks an address: the challenge goes back when the token is ours. */
function handshake({ method, query }: RawRequest, { verifyToken }: WhatsAppConfig): RawAnswer | undefined {
  if (method !== 'GET') return undefined;
  const token = query['hub.verify_token'] ?? '';
  const asked = query['hub.mode'] === 'subscribe' && token !== '' && Boolean(verifyToken);
  if (!asked || !sameText(token, verifyToken)) return { status: 403 };
  return { status: 200, contentType: 'text/plain', body: query['hub.challenge'] ?? '' };
}

/** Digests have one length, so that the comparison tells nothing about the token's. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Every entry and change of a webhook, in their order. */
function parse(body: unknown, { account }: { account: string }): AddressedEvent[] {
  const changes = listOf(objectOf(body)?.['entry']).flatMap((entry) => listOf(objectOf(entry)?.['changes']));
  if (changes.length === 0) return [{ account, event: unsupported('a webhook without changes', body) }];
  return changes.flatMap((change) => readChange(change, account));
}

function readChange(change: unknown, account: string): AddressedEvent[] {
  const field = textOf(objectOf(change)?.['field']) ?? 'without field';
  const value = objectOf(objectOf(change)?.['value']);
  const named = textOf(objectOf(value?.['metadata'])?.['phone_number_id']) ?? account;
  const events = value === undefined ? [] : readValue(field, value);
  const shown = events.length > 0 ? events : [unsupported(`field ${field}`.slice(0, 100), change)];
  return shown.map((event) => ({ account: named, event }));
}

type Reader = (value: JsonObject) => InboundEvent[];

/** What is understood; other fields (echoes, calls, history, template and account updates) are kept as unsupported. */
const FIELDS: Record<string, Reader> = {
  messages: (value) => [
    ...listOf(value['messages']).flatMap((message) => readMessage(message, value['contacts'])),
    ...listOf(value['statuses']).map(readStatus),
  ],
  user_preferences: (value) =>
    listOf(value['user_preferences']).map((each) => readPreference(each, value['contacts'])),
  user_id_update: (value) =>
    listOf(value['user_id_update']).map((each) => readUserIdUpdate(each, value['contacts'])),
};

function readValue(field: string, value: JsonObject): InboundEvent[] {
  return (Object.hasOwn(FIELDS, field) && FIELDS[field]?.(value)) || [];
}
