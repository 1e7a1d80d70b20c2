import { textOf } from '@skein/contracts';
import type { Reader } from '../../meta/inbound-event.js';

/** Reading names one message; delivery is never told (Meta, Instagram messaging webhooks, checked 2026-11-21). */
export const read: Reader = (part, { at }) => {
  const mid = textOf(part['mid']);
  if (mid === undefined) return [];
  return [{ type: 'receipt', eventId: `${mid}:read`, at, providerMessageId: mid, status: 'read' }];
};
