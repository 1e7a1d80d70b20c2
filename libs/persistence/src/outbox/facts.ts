import { v5 } from 'uuid';
import {
  eventOfStatus,
  outcomeOf,
  type EventType,
  type Loss,
  type MessageStatus,
  type PublicEvent,
} from '@skein/contracts';
import type { OutboxRow } from './outbox.js';

/** One fact and the workspace it belongs to. */
export interface Fact {
  workspaceId: string;
  event: PublicEvent;
}

/** The message a fact is about. */
export interface FactSubject {
  workspaceId: string;
  messageId: string;
  conversationId: string | null;
  contactId: string | null;
  idempotencyKey: string | null;
}

/** The fact that a message has a status; undefined for statuses nobody outside needs to hear of. */
export function statusFact(
  subject: FactSubject,
  told: { status: MessageStatus; reason: string | null; losses: Loss[]; at: Date },
): Fact | undefined {
  const type = eventOfStatus(told.status);
  return type === undefined
    ? undefined
    : messageFact(subject, type, { ...outcomeOf({ ...subject, ...told }) }, told.at);
}

/**
 * A fact about one message. The same type for the same message has the same event id, so that a fact told twice is one fact.
 *
 * @param key tells facts apart that can happen to one message more than once.
 */
export function messageFact(
  subject: FactSubject,
  type: EventType,
  data: Record<string, unknown>,
  at: Date,
  key = '',
): Fact {
  const event: PublicEvent = {
    id: v5(`${type}${key}`, subject.messageId),
    type,
    at: at.toISOString(),
    messageId: subject.messageId,
    ...(subject.conversationId === null ? {} : { conversationId: subject.conversationId }),
    ...(subject.idempotencyKey === null ? {} : { idempotencyKey: subject.idempotencyKey }),
    data,
  };
  return { workspaceId: subject.workspaceId, event };
}

/** Facts by workspace and type, in their order: what one row of the outbox holds. */
export function groupFacts(facts: Fact[]): Omit<OutboxRow, 'id'>[] {
  const groups = new Map<string, Omit<OutboxRow, 'id'>>();
  for (const { workspaceId, event } of facts) {
    const key = `${workspaceId} ${event.type}`;
    const group = groups.get(key) ?? { workspaceId, type: event.type, items: [] };
    group.items.push(event);
    groups.set(key, group);
  }
  return [...groups.values()];
}
