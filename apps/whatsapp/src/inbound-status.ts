import { objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, ReceiptStatus } from '@skein/contracts';
import { lateFailureOf } from './failures.js';

/** `played` is the first playing of a voice message. `deleted` and whatever comes later is none of ours. */
const STATUSES: Readonly<Record<string, ReceiptStatus | 'failed'>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
};

/** Our reference, `<callId>:<attempt>`, as it was given with the call. */
const CALL_REF = /^\d{1,19}:\d{1,9}$/;

/** One entry of `statuses[]`. */
export function readStatus(value: unknown): InboundEvent {
  const entry = objectOf(value);
  const id = textOf(entry?.['id']);
  const word = textOf(entry?.['status']) ?? '';
  const status = Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
  if (entry === undefined || id === undefined || status === undefined) {
    return unsupportedStatus(value, id, word);
  }
  const callRef = textOf(entry['biz_opaque_callback_data']);
  return {
    type: 'receipt',
    eventId: `${id}:${word}`,
    at: timeOf(entry['timestamp']),
    providerMessageId: id,
    ...(callRef !== undefined && CALL_REF.test(callRef) ? { callRef } : {}),
    status,
    ...(status === 'failed' ? { failure: lateFailureOf(entry['errors']) } : {}),
  };
}

/** A status shares its id with the message, so that the event needs one of its own. */
function unsupportedStatus(value: unknown, id: string | undefined, word: string): InboundEvent {
  const event = unsupported(word === '' ? 'a status without a name' : `status ${word}`, value);
  return id === undefined ? event : { ...event, eventId: `${id}:${word}` };
}
