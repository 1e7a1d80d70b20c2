import { createHash } from 'node:crypto';
import type { InboundEvent } from '../inbound.js';
import { canonical, objectOf, textOf } from './json.js';

/** The year 2100 in seconds; a larger number is in milliseconds. */
const LATEST_SECONDS = 4_102_444_800;

/** A provider's stamp as ISO 8601: seconds or milliseconds, as a number or as text. Without a usable one it is now. */
export function timeOf(timestamp: unknown): string {
  const number =
    typeof timestamp === 'string' || typeof timestamp === 'number' ? Number(timestamp) : Number.NaN;
  const ms = number > LATEST_SECONDS ? number : number * 1000;
  return new Date(ms > 0 && ms <= LATEST_SECONDS * 1000 ? ms : Date.now()).toISOString();
}

/** The platform's id of an event, or one derived from its content, so that a repeated delivery has the same. */
export function eventIdOf(value: unknown, id?: unknown): string {
  const given = textOf(id);
  if (given !== undefined && given.length <= 512) return given;
  return `sha256:${createHash('sha256').update(canonical(value)).digest('hex')}`;
}

/** An event that is kept for the record and does nothing. `what` says it in a few words. */
export function unsupported(what: string, value: unknown, address?: string): InboundEvent {
  const about = objectOf(value);
  return {
    type: 'unsupported',
    eventId: eventIdOf([what, value], about?.['id']),
    at: timeOf(about?.['timestamp']),
    what: what.slice(0, 100),
    ...(address === undefined ? {} : { address }),
  };
}
