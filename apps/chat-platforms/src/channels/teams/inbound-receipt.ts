import { objectOf, textOf, timeOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { messageIdOf } from './address.js';
import type { About } from './inbound-base.js';

const READ = 'application/vnd.microsoft.readReceipt';

/**
 * A person has read up to a message, told in chats where the app may know it (Teams, receive read receipts, checked 2026-11-21). The message
 * is named; those before it are known by their time, for its id is the time when it was sent.
 */
export function readEvent(activity: JsonObject, about: About): InboundEvent[] | undefined {
  const id = textOf(objectOf(activity['value'])?.['lastReadMessageId']);
  const target = messageIdOf(about.address, id);
  if (activity['name'] !== READ || id === undefined || target === undefined) return undefined;
  const { eventId, at } = about;
  const receipt = {
    type: 'receipt',
    eventId: `${eventId}:last`,
    at,
    providerMessageId: target,
    status: 'read',
  } as const;
  if (!/^\d{12,14}$/.test(id)) return [receipt];
  return [receipt, { type: 'watermark', ...about, status: 'read', upTo: timeOf(Number(id)) }];
}
