import { messageFact, statusFact, type Fact } from '../outbox/facts.js';
import type { ConsentEvent } from './consents.js';
import type { Entry } from './entries.js';
import type { HeldMessage } from './held.js';
import type { People } from './people.js';
import type { LaneWindow } from './windows.js';

const subjectOf = (entry: Entry) => ({
  workspaceId: entry.event.workspace_id,
  messageId: entry.id,
  conversationId: entry.threadId,
  contactId: entry.contactId,
  idempotencyKey: null,
});

const subjectOfHeld = (message: HeldMessage) => ({
  workspaceId: message.workspace_id,
  messageId: message.id,
  conversationId: message.thread_id,
  contactId: message.contact_id,
  idempotencyKey: message.idempotency_key,
});

/** A person wrote. */
export function receivedFact(entry: Entry): Fact {
  const { event, contactId, text, content } = entry;
  const data = {
    channelId: event.channel_id,
    kind: event.kind,
    contactId,
    address: event.fact.address,
    agentId: entry.agentId,
    text,
    content,
  };
  return messageFact(subjectOf(entry), 'message-received', data, new Date(event.fact.at));
}

/** A window that was closed is open; told with the message that opened it. */
export function windowFacts(windows: LaneWindow[], entries: Entry[], at: Date): Fact[] {
  return windows.flatMap((window) => {
    const entry = entries.findLast(({ laneId }) => laneId === window.id);
    if (entry === undefined) return [];
    const data = {
      channelId: entry.event.channel_id,
      contactId: entry.contactId,
      until: window.until.toISOString(),
    };
    return messageFact(subjectOf(entry), 'window-opened', data, at);
  });
}

/** A held message goes out after all. Can happen more than once to one message, so the moment is part of the fact. */
export function releasedFact(message: HeldMessage, at: Date): Fact {
  return messageFact(
    subjectOfHeld(message),
    'message-released',
    { contactId: message.contact_id },
    at,
    at.toISOString(),
  );
}

export function blockedFact(message: HeldMessage, at: Date): Fact | undefined {
  return statusFact(subjectOfHeld(message), {
    status: 'blocked',
    reason: 'opted_out',
    losses: message.losses ?? [],
    at,
  });
}

/** Somebody said stop or start. */
export function consentFact(event: ConsentEvent, people: People): Fact | undefined {
  const who = people.get(event.id);
  if (who === undefined) return undefined;
  const { value, purpose, address, at } = event.fact;
  const data = { channelId: event.channel_id, contactId: who.contactId, address, value, purpose };
  const fact = {
    id: `consent-${event.id}`,
    type: 'consent-changed' as const,
    at,
    conversationId: who.threadId,
    data,
  };
  return { workspaceId: event.workspace_id, event: fact };
}
