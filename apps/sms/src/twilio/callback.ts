import { eventIdOf, numberOf, objectOf, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent } from '@skein/channel-kit';
import type {
  InboundContent,
  InboundEvent,
  InboundMedia,
  JsonObject,
  MediaKind,
  ReceiptStatus,
} from '@skein/contracts';
import type { TwilioConfig } from './config.js';
import { lateFailureOf } from './failures.js';

export interface CallbackContext {
  account: string;
  config: TwilioConfig;
  query: Record<string, string>;
}

/** A callback: the status of a message of ours, or a message of a person (webhook requests of messaging, checked 2026-11). */
export function readCallback(body: unknown, context: CallbackContext): AddressedEvent[] {
  const fields = objectOf(body);
  const { account } = context;
  if (fields === undefined) return [{ account, event: unsupported('a callback without fields', body) }];
  const status = textOf(fields['MessageStatus']);
  if (status !== undefined && status !== 'received')
    return [{ account, event: readStatus(fields, status, context.query) }];
  return readMessage(fields).map((event) => ({ account: calledAccount(fields, context), event }));
}

/** One auth token signs for every number of an account; a message for another number is another channel's. */
function calledAccount(
  { To, MessagingServiceSid }: JsonObject,
  { account, config }: CallbackContext,
): string {
  return textOf(config.messagingServiceSid === undefined ? To : MessagingServiceSid) ?? account;
}

/**
 * Statuses of a message of ours; no callback tells the first one. Whatever comes before `sent` already says that the platform has the
 * message, which is what `sent` means to us.
 */
const STATUSES: Readonly<Record<string, ReceiptStatus | 'failed'>> = {
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  partially_delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** Our reference, `<callId>:<attempt>`, as it was given with the call. */
const CALL_REF = /^\d{1,19}:\d{1,9}$/;

function readStatus(fields: JsonObject, word: string, query: Record<string, string>): InboundEvent {
  const id = textOf(fields['MessageSid']) ?? textOf(fields['SmsSid']);
  const status = Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
  if (id === undefined || status === undefined) {
    const event = unsupported(`status ${word}`, fields);
    return id === undefined ? event : { ...event, eventId: eventIdOf(word, `${id}:${word}`) };
  }
  const callRef = query['call'] ?? '';
  return {
    type: 'receipt',
    eventId: eventIdOf(fields, `${id}:${word}`),
    at: new Date().toISOString(),
    providerMessageId: id,
    ...(CALL_REF.test(callRef) ? { callRef } : {}),
    status,
    ...(status === 'failed' ? { failure: lateFailureOf(errorOf(fields, word)) } : {}),
  };
}

function errorOf({ ErrorCode, ErrorMessage }: JsonObject, word: string): { code?: number; detail: string } {
  const code = numberOf(ErrorCode);
  const detail = (textOf(ErrorMessage) ?? `The message is ${word}.`).slice(0, 500);
  return Number.isSafeInteger(code) && code > 0 ? { code, detail } : { detail };
}

const PHONE = /^\+[1-9]\d{6,14}$/;

/** A message, and before it the wish that the platform itself has understood and answered (Advanced Opt-Out). */
function readMessage(fields: JsonObject): InboundEvent[] {
  const from = textOf(fields['From']) ?? '';
  const id = textOf(fields['MessageSid']) ?? textOf(fields['SmsSid']);
  if (id === undefined || !PHONE.test(from))
    return [{ ...unsupported('a message without a phone number', fields), eventId: eventIdOf(fields, id) }];
  const content = contentOf(fields);
  const eventId = eventIdOf(fields, id);
  const about = { at: new Date().toISOString(), address: from };
  const wish = wishOf(textOf(fields['OptOutType']));
  const evidence = `keyword: ${(content?.text ?? '').trim().slice(0, 200)}`;
  const consent: InboundEvent[] = wish
    ? [
        {
          type: 'consent',
          eventId: `${eventId}:consent`,
          ...about,
          value: wish,
          purpose: 'all',
          evidence,
          answered: true,
        },
      ]
    : [];
  if (content === undefined)
    return [...consent, { ...unsupported('an empty message', fields, from), eventId }];
  const name = textOf(fields['ProfileName'])?.slice(0, 200);
  const profile = name === undefined ? {} : { profileName: name };
  return [
    ...consent,
    { type: 'message', eventId, ...about, ...profile, providerMessageId: eventId, content },
  ];
}

const WISHES = { STOP: 'stop', START: 'start', HELP: 'help' } as const;

function wishOf(type: string | undefined): 'stop' | 'start' | 'help' | undefined {
  const word = type?.toUpperCase() ?? '';
  return Object.hasOwn(WISHES, word) ? WISHES[word as keyof typeof WISHES] : undefined;
}

function contentOf(fields: JsonObject): InboundContent | undefined {
  const text = textOf(fields['Body']);
  const media = mediaOf(fields);
  const payload = textOf(fields['ButtonPayload']);
  const label = textOf(fields['ButtonText']);
  const action =
    payload === undefined ? undefined : { id: payload, ...(label === undefined ? {} : { label }) };
  if (text === undefined && media.length === 0 && action === undefined) return undefined;
  return {
    ...(text === undefined ? {} : { text }),
    ...(media.length === 0 ? {} : { media }),
    ...(action === undefined ? {} : { action }),
  };
}

const MAX_FILES = 10;

function mediaOf(fields: JsonObject): InboundMedia[] {
  const count = Math.min(numberOf(fields['NumMedia']) || 0, MAX_FILES);
  return Array.from({ length: Math.max(0, Math.trunc(count)) }, (_, index) => index).flatMap((index) => {
    const providerRef = textOf(fields[`MediaUrl${index}`]);
    const mimeType = textOf(fields[`MediaContentType${index}`]);
    if (providerRef === undefined) return [];
    return [{ media: kindOf(mimeType), providerRef, ...(mimeType === undefined ? {} : { mimeType }) }];
  });
}

const KINDS: readonly MediaKind[] = ['image', 'video', 'audio'];

function kindOf(mimeType: string | undefined): MediaKind {
  return KINDS.find((kind) => mimeType?.startsWith(`${kind}/`)) ?? 'file';
}
