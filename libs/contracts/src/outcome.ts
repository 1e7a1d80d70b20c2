import type { Loss } from './components.js';
import { ERROR_CODES, isErrorCode, type ErrorCode } from './failures.js';
import { DELIVERED, type MessageStatus } from './states.js';

/** What a caller is told about a message, the same on every surface. */
export interface Outcome {
  messageId: string;
  conversationId?: string;
  contactId?: string;
  status: MessageStatus;
  /** The platform took it: sent, delivered or read. */
  delivered: boolean;
  /** Held until the person re-engages. */
  queued: boolean;
  reason?: string;
  retryable?: boolean;
  next?: string[];
  losses?: Loss[];
}

/** The facts of a message row from which an outcome is told. */
export interface OutcomeFacts {
  messageId: string;
  conversationId: string | null;
  contactId: string | null;
  status: MessageStatus;
  reason: string | null;
  losses: Loss[];
}

/** Tells the outcome of a message from its row. */
export function outcomeOf(facts: OutcomeFacts): Outcome {
  const code = facts.reason !== null && isErrorCode(facts.reason) ? ERROR_CODES[facts.reason] : undefined;
  return {
    messageId: facts.messageId,
    ...(facts.conversationId === null ? {} : { conversationId: facts.conversationId }),
    ...(facts.contactId === null ? {} : { contactId: facts.contactId }),
    status: facts.status,
    delivered: DELIVERED.has(facts.status),
    queued: facts.status === 'held',
    ...(facts.reason === null ? {} : { reason: facts.reason }),
    ...(code === undefined ? {} : { retryable: code.retryable, next: [...code.next] }),
    ...(facts.losses.length === 0 ? {} : { losses: facts.losses }),
  };
}

const REFUSED: ReadonlySet<MessageStatus> = new Set<MessageStatus>(['failed', 'blocked']);

/** The error code a waiting caller gets for this outcome; undefined when the outcome is an answer and not an error. */
export function errorOf(facts: Pick<OutcomeFacts, 'status' | 'reason'>): ErrorCode | undefined {
  if (!REFUSED.has(facts.status)) return undefined;
  return facts.reason !== null && isErrorCode(facts.reason) ? facts.reason : 'provider_rejected';
}
