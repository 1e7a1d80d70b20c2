/** The one status vocabulary of every surface. */
export const MESSAGE_STATUSES = [
  'accepted',
  'scheduled',
  'held',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'blocked',
  'expired',
  'canceled',
  'unknown',
] as const;

export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Statuses that answer a waiting caller: the message is on its way, or will not go without something new happening. */
export const DECISIVE: ReadonlySet<MessageStatus> = new Set<MessageStatus>([
  'sent',
  'delivered',
  'read',
  'held',
  'scheduled',
  'blocked',
  'failed',
  'expired',
  'canceled',
  'unknown',
]);

/** Statuses that mean the platform took the message. */
export const DELIVERED: ReadonlySet<MessageStatus> = new Set<MessageStatus>(['sent', 'delivered', 'read']);

export type Writer = 'api' | 'router' | 'threads' | 'agents';

interface Transition {
  from: readonly MessageStatus[];
  to: MessageStatus;
  by: Writer;
}

/**
 * Who may move a message from where to where. Each row is performed by exactly one service, always as
 * `UPDATE … WHERE status = ANY(from) RETURNING`, so that two services can never both believe they made the move.
 */
export const TRANSITIONS: readonly Transition[] = [
  { from: ['scheduled'], to: 'accepted', by: 'router' },
  { from: ['accepted'], to: 'queued', by: 'router' },
  { from: ['accepted'], to: 'held', by: 'router' },
  { from: ['accepted'], to: 'blocked', by: 'router' },
  { from: ['accepted'], to: 'failed', by: 'router' },
  // Of a campaign that was canceled before it could be routed.
  { from: ['accepted'], to: 'canceled', by: 'router' },
  // An instruction to the agent: it has arrived once it stands in the thread, and is read when a turn that was given it has ended.
  { from: ['accepted'], to: 'delivered', by: 'router' },
  { from: ['delivered'], to: 'read', by: 'agents' },
  { from: ['held'], to: 'expired', by: 'router' },
  { from: ['queued', 'sending', 'sent', 'unknown'], to: 'accepted', by: 'threads' },
  { from: ['held'], to: 'accepted', by: 'threads' },
  // The person wrote while the campaign was paused; its resume lets the message go.
  { from: ['held'], to: 'accepted', by: 'api' },
  { from: ['held'], to: 'blocked', by: 'threads' },
  { from: ['scheduled', 'held'], to: 'canceled', by: 'api' },
  { from: ['queued'], to: 'sending', by: 'threads' },
  { from: ['queued', 'sending', 'unknown'], to: 'sent', by: 'threads' },
  { from: ['queued', 'sending', 'sent', 'unknown', 'failed'], to: 'delivered', by: 'threads' },
  { from: ['queued', 'sending', 'sent', 'delivered', 'unknown', 'failed'], to: 'read', by: 'threads' },
  { from: ['queued', 'sending', 'sent', 'unknown'], to: 'failed', by: 'threads' },
  { from: ['queued', 'sending', 'sent', 'unknown'], to: 'blocked', by: 'threads' },
  { from: ['queued', 'sending'], to: 'expired', by: 'threads' },
  { from: ['queued', 'sending'], to: 'unknown', by: 'threads' },
];

/** The statuses from which a service may move a message to `to`; empty when the table names no such move. */
export function allowedFrom(to: MessageStatus, by: Writer): MessageStatus[] {
  return TRANSITIONS.filter((row) => row.to === to && row.by === by).flatMap((row) => [...row.from]);
}

/** States of one provider call in the ledger. `queued`, `sending` and `retry` keep the lane; the rest are final for the lane. */
export type CallState =
  | 'queued'
  | 'sending'
  | 'retry'
  | 'sent'
  | 'failed'
  | 'blocked'
  | 'expired'
  | 'canceled'
  | 'returned'
  | 'unknown';

/** Call states that keep later calls of the same lane waiting. */
export const LANE_BLOCKING: readonly CallState[] = ['queued', 'sending', 'retry'];

/** Receipts a provider can report after it took a call; a higher rank wins, a lower one changes nothing. */
export const RECEIPT_RANK = { sent: 1, delivered: 2, read: 3 } as const;

export type ReceiptStatus = keyof typeof RECEIPT_RANK;
