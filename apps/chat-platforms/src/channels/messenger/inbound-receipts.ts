import { listOf, textOf, timeOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import type { About, Reader } from '../../meta/inbound-event.js';

/** `mids` may be missing; `watermark` always says up to when everything was delivered (Meta, message_deliveries, checked 2026-11-21). */
export const delivery: Reader = (part, about) => {
  const receipts = listOf(part['mids'])
    .flatMap((mid) => textOf(mid) ?? [])
    .map((mid): InboundEvent => {
      const eventId = `${mid}:delivered`;
      return { type: 'receipt', eventId, at: about.at, providerMessageId: mid, status: 'delivered' };
    });
  return [
    ...new Map(receipts.map((each) => [each.eventId, each])).values(),
    ...mark('delivered', part, about),
  ];
};

/** Reading has no ids at all. */
export const read: Reader = (part, about) => mark('read', part, about);

function mark(
  status: 'delivered' | 'read',
  { watermark }: JsonObject,
  { address, at }: About,
): InboundEvent[] {
  // Anything but a stamp would be taken for the present, and so for everything that was ever sent.
  if (!isStamp(watermark)) return [];
  const upTo = timeOf(watermark);
  return [{ type: 'watermark', eventId: `${status}:${address}:${upTo}`, at, address, status, upTo }];
}

/** Before the year 2100, in seconds or milliseconds. */
const LATEST_MS = 4_102_444_800_000;

function isStamp(value: unknown): boolean {
  const stamp = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return stamp > 0 && stamp <= LATEST_MS;
}
