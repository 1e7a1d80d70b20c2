import {
  allowedFrom,
  foldMessage,
  type CallFacts,
  type Folded,
  type MessageStatus,
  type TimelineStepName,
} from '@skein/contracts';
import { statusFact, type Fact } from '../outbox/facts.js';
import type { LockedMessage, MessageMove } from './messages.js';

type Status = Extract<Folded, { status: MessageStatus }>;

/** Statuses on the way to each receipt: a message that is read at once was also sent and delivered, and is told so. */
const WAY: readonly MessageStatus[] = ['sent', 'delivered', 'read'];

/** Where the calls of a message lead it; undefined when it stays where it is. */
export function moveOf(message: LockedMessage, calls: CallFacts[]): MessageMove | undefined {
  const folded = foldMessage(calls);
  if (folded === 'unchanged') return undefined;
  const to: Status = folded === 'returned' ? returnOf(message) : folded;
  const allowed = allowedFrom(to.status, 'threads');
  if (!allowed.includes(message.status)) return undefined;
  const isReturn = folded === 'returned' && to.status === 'accepted';
  return {
    id: message.id,
    allowedFrom: allowed,
    status: to.status,
    reason: to.reason ?? null,
    detail: to.detail ?? null,
    steps: isReturn ? [{ step: 'returned' }] : stepsOf(message.status, to),
  };
}

/** Policy looks once more; if the window is closed again when it is about to leave, that is the answer. */
function returnOf(message: LockedMessage): Status {
  if (!message.was_returned) return { status: 'accepted' };
  return {
    status: 'blocked',
    reason: 'window_closed',
    detail: 'The window closed again before the message could leave.',
  };
}

function stepsOf(from: MessageStatus, to: Status): MessageMove['steps'] {
  const detail = { ...(to.reason ? { reason: to.reason } : {}), ...(to.detail ? { detail: to.detail } : {}) };
  const last = Object.keys(detail).length > 0 ? { detail } : {};
  return passed(from, to.status)
    .filter((status) => status in STEPS)
    .map((status) => ({ step: STEPS[status] as TimelineStepName, ...(status === to.status ? last : {}) }));
}

const STEPS: Partial<Record<MessageStatus, TimelineStepName>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  blocked: 'blocked',
  expired: 'expired',
  unknown: 'unknown',
};

/** The statuses from where it was, exclusive, to where it is now, inclusive. */
function passed(from: MessageStatus, to: MessageStatus): MessageStatus[] {
  const end = WAY.indexOf(to);
  return end < 0 ? [to] : WAY.slice(WAY.indexOf(from) + 1, end + 1);
}

/** What there is to tell about a move, in the order in which it happened. */
export function factsOfMove(message: LockedMessage, move: MessageMove, at: Date): Fact[] {
  const subject = {
    workspaceId: message.workspace_id,
    messageId: message.id,
    conversationId: message.thread_id,
    contactId: message.contact_id,
    idempotencyKey: message.idempotency_key,
  };
  const told = { reason: move.reason, losses: message.losses ?? [], at };
  return passed(message.status, move.status)
    .map((status) => statusFact(subject, { status, ...told }))
    .filter((fact) => fact !== undefined);
}
