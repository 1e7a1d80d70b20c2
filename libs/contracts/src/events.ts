import type { MessageStatus } from './states.js';

/** Types of public events; each is one subject token. */
export const EVENT_TYPES = [
  'message-scheduled',
  'message-held',
  'message-released',
  'message-sent',
  'message-delivered',
  'message-read',
  'message-failed',
  'message-blocked',
  'message-expired',
  'message-canceled',
  'message-unknown',
  'message-received',
  'message-edited',
  'message-revoked',
  'reaction-received',
  'window-opened',
  'consent-changed',
  'turn-done',
  'turn-failed',
  'channel-paused',
  'channel-reassigned',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** A fact as internal services receive it; a NATS message carries an array of them. */
export interface PublicEvent {
  /** Unique; the same fact told twice has the same id. */
  id: string;
  type: EventType;
  at: string;
  messageId?: string;
  conversationId?: string;
  idempotencyKey?: string;
  data: Record<string, unknown>;
}

const BY_STATUS: Partial<Record<MessageStatus, EventType>> = {
  scheduled: 'message-scheduled',
  held: 'message-held',
  sent: 'message-sent',
  delivered: 'message-delivered',
  read: 'message-read',
  failed: 'message-failed',
  blocked: 'message-blocked',
  expired: 'message-expired',
  canceled: 'message-canceled',
  unknown: 'message-unknown',
};

/** The event that tells of a status; undefined for the statuses nobody outside needs to hear of. */
export function eventOfStatus(status: MessageStatus): EventType | undefined {
  return BY_STATUS[status];
}
