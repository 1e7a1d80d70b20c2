import { expect } from '@jest/globals';
import { eventually, type Stack } from '@skein/testing';

interface JournalEntry {
  seq: number;
  address: string;
  operation: string;
  request: { type?: string; biz_opaque_callback_data?: string };
  answer: { status: number } | null;
  fault?: string;
}

interface LedgerRow extends Record<string, unknown> {
  message_id: string;
  status: string;
  call_id: string | null;
  state: string | null;
  address: string | null;
}

/** Statuses in which a message may rest. */
const RESTING = [
  'sent',
  'delivered',
  'read',
  'held',
  'failed',
  'blocked',
  'expired',
  'canceled',
  'unknown',
  'scheduled',
];
const TAKEN = new Set(['sent', 'delivered', 'read']);

/** Waits until no outbound message is on its way any more. */
export async function untilQuiet(stack: Stack, timeoutMs = 60_000): Promise<void> {
  await eventually(
    async () => {
      const rows = await stack.sql(
        `SELECT id, status, reason FROM messages WHERE direction = 'out' AND status <> ALL ($1) LIMIT 5`,
        [RESTING],
      );
      const inbound = await stack.sql(
        `SELECT id, type FROM inbound_events WHERE applied_at IS NULL AND type <> 'receipt' LIMIT 5`,
      );
      const turns = await stack.sql(
        `SELECT id, state FROM turns WHERE state IN ('pending', 'running') LIMIT 5`,
      );
      expect({ rows, inbound, turns }).toEqual({ rows: [], inbound: [], turns: [] });
    },
    { timeoutMs, everyMs: 200 },
  );
}

async function accepted(stack: Stack): Promise<JournalEntry[]> {
  const { body: all } = await stack.sandbox<JournalEntry[]>('GET', '/journal?kind=whatsapp&since=0');
  // The provider took it when it said so, or when it was told to take it and cut the line.
  const took = (entry: JournalEntry) => entry.answer?.status === 200 || entry.fault === 'reset_after_accept';
  return all.filter((entry) => entry.operation === 'send' && took(entry));
}

/**
 * Compares the ledger with what the provider saw: nothing lost, nothing sent twice, order per person kept. Every message rests in a
 * status that is true.
 */
export async function audit(stack: Stack): Promise<{ messages: number; byStatus: Record<string, number> }> {
  const rows = await stack.sql<LedgerRow>(
    `SELECT m.id AS message_id, m.status, c.id AS call_id, c.state, l.address
     FROM messages m LEFT JOIN calls c ON c.message_id = m.id LEFT JOIN lanes l ON l.id = c.lane_id
     WHERE m.direction = 'out' AND (m.channel_id IS NULL OR m.channel_id LIKE 'wa%') ORDER BY c.id`,
  );
  const journal = await accepted(stack);
  const copies = new Map<string, number>();
  for (const entry of journal) {
    const call = entry.request.biz_opaque_callback_data?.split(':')[0] ?? '';
    copies.set(call, (copies.get(call) ?? 0) + 1);
  }
  const wrong = rows.flatMap((row) => {
    const count = row.call_id === null ? 0 : (copies.get(String(row.call_id)) ?? 0);
    const isTaken = TAKEN.has(row.status);
    if (row.status === 'unknown') return count <= 1 ? [] : [{ ...row, count }];
    return count === (isTaken ? 1 : 0) ? [] : [{ ...row, count }];
  });
  expect(wrong).toEqual([]);
  expectOrder(journal);
  const byStatus: Record<string, number> = {};
  for (const id of new Set(rows.map((row) => row.message_id))) {
    const status = rows.find((row) => row.message_id === id)?.status ?? '';
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  return { messages: new Set(rows.map((row) => row.message_id)).size, byStatus };
}

/** Call ids grow along a lane, so the provider must have seen them growing per person. */
function expectOrder(journal: JournalEntry[]): void {
  const last = new Map<string, number>();
  const swapped = journal.filter((entry) => {
    const call = Number(entry.request.biz_opaque_callback_data?.split(':')[0] ?? 0);
    const before = last.get(entry.address) ?? 0;
    last.set(entry.address, call);
    return call < before;
  });
  expect(swapped).toEqual([]);
}
