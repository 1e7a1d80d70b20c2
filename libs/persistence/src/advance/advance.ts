import type { Db, Sql } from '../db.js';
import { groupFacts } from '../outbox/facts.js';
import { insertOutbox, type OutboxRow } from '../outbox/outbox.js';
import { cancelRest, lockCalls, updateCalls } from './calls.js';
import { callOfRef, matchReceipts } from './match.js';
import {
  lockMessages,
  moveMessages,
  readDeliveries,
  type LockedMessage,
  type MessageMove,
} from './messages.js';
import { factsOfMove, moveOf } from './moves.js';
import { findReceipts, keepWaiting, markApplied, type WaitingReceipt } from './receipts.js';

/** What a batch is about: calls that were settled, receipts that were committed. */
export interface AdvanceBatch {
  callIds: string[];
  receiptIds: string[];
}

/** What is left to do after the commit. */
export interface Advanced {
  /** To be told. */
  outbox: OutboxRow[];
  /** Messages back at policy. */
  returned: { workspaceId: string; id: string }[];
}

/** The service name on outbox rows. */
const SERVICE = 'threads';

/**
 * Applies receipts to their calls and folds the calls into the statuses of their messages: eight statements for a batch of any
 * size. Applying the same receipts again, or in another order, changes nothing.
 */
export async function advance(db: Db, batch: AdvanceBatch): Promise<Advanced> {
  const receipts = await findReceipts(db, batch.receiptIds, batch.callIds);
  return db.transaction(async (sql) => {
    const messageIds = await applyAll(sql, receipts, batch.callIds);
    return foldAll(sql, messageIds);
  });
}

/** @returns the messages whose calls were settled or reported. */
async function applyAll(sql: Sql, receipts: WaitingReceipt[], callIds: string[]): Promise<string[]> {
  const byProvider = receipts.flatMap(({ channel_id, fact }) =>
    fact.providerMessageId === undefined
      ? []
      : [{ channelId: channel_id, providerId: fact.providerMessageId }],
  );
  const referred = receipts.flatMap(({ fact }) => callOfRef(fact.callRef)?.id ?? []);
  const calls = await lockCalls(sql, byProvider, [...callIds, ...referred]);
  const matched = matchReceipts(receipts, calls, new Date());
  await updateCalls(sql, matched.changes);
  await markApplied(sql, matched.applied);
  await keepWaiting(sql, matched.waiting);
  const changed = new Set([...callIds, ...matched.changes.map(({ id }) => id)]);
  return [...new Set(calls.filter(({ id }) => changed.has(id)).map((call) => call.message_id))];
}

async function foldAll(sql: Sql, messageIds: string[]): Promise<Advanced> {
  if (messageIds.length === 0) return { outbox: [], returned: [] };
  const messages = await lockMessages(sql, messageIds);
  const deliveries = await readDeliveries(sql, messageIds);
  const moves = messages
    .map((message) => ({ message, move: moveOf(message, deliveries.get(message.id) ?? []) }))
    .filter((entry): entry is { message: LockedMessage; move: MessageMove } => entry.move !== undefined);
  const moved = await moveMessages(
    sql,
    moves.map(({ move }) => move),
  );
  const made = moves.filter(({ message }) => moved.has(message.id));
  const returned = made.filter(({ move }) => move.status === 'accepted').map(({ message }) => message);
  await cancelRest(
    sql,
    made.filter(({ move }) => ENDED.has(move.status)).map(({ message }) => message.id),
  );
  const at = new Date();
  const facts = made.flatMap(({ message, move }) => factsOfMove(message, move, at));
  const outbox = await insertOutbox(sql, SERVICE, groupFacts(facts));
  return {
    outbox,
    returned: returned.map((message) => ({ workspaceId: message.workspace_id, id: message.id })),
  };
}

/** What these statuses leave of the delivery must not go out. */
const ENDED: ReadonlySet<string> = new Set(['accepted', 'failed', 'blocked', 'expired']);
