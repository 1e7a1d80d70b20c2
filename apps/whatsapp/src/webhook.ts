import { isHmac, listOf, objectOf, sameSecret, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent, WebhookDefinition } from '@skein/channel-kit';
import type { InboundEvent, JsonObject, RawAnswer, RawRequest } from '@skein/contracts';
import type { WhatsAppConfig } from './config.js';
import { readMessage } from './inbound-message.js';
import { readPreference, readUserIdUpdate } from './inbound-person.js';
import { readStatus } from './inbound-status.js';

export const webhook: WebhookDefinition<WhatsAppConfig> = { verify, parse, handshake };

/** `X-Hub-Signature-256` over the bytes as they came: the platform escapes characters, so that writing them again would not fit. */
function verify({ headers, body }: RawRequest, { appSecret }: WhatsAppConfig): boolean {
  const [scheme, digest] = (headers['x-hub-signature-256'] ?? '').split('=');
  return (
    scheme === 'sha256' && isHmac(digest, body, { secret: appSecret, algorithm: 'sha256', encoding: 'hex' })
  );
}

/** The GET with which the platform checks an address: the challenge goes back when the token is ours. */
function handshake({ method, query }: RawRequest, { verifyToken }: WhatsAppConfig): RawAnswer | undefined {
  if (method !== 'GET') return undefined;
  const asked = query['hub.mode'] === 'subscribe' && sameSecret(query['hub.verify_token'], verifyToken);
  if (!asked) return { status: 403 };
  return { status: 200, contentType: 'text/plain', body: query['hub.challenge'] ?? '' };
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
  const shown = events.length > 0 ? events : [unsupported(`field ${field}`, change)];
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
