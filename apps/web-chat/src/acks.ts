import type { InboundEvent } from '@skein/contracts';
import type { Sql } from '@skein/persistence';
import { providerIdOf } from './encode.js';
import type { Place } from './entries.js';

/** What a client has shown. */
export type AckStatus = 'delivered' | 'read';

/** Acknowledged at once at most; the next acknowledgement takes the rest. */
const MOST = 500;

const UNACKNOWLEDGED: Record<AckStatus, string> = {
  delivered: 'delivered_at IS NULL',
  read: 'read_at IS NULL',
};

interface Row {
  id: string;
  is_delivered: boolean;
  now: Date;
}

/** Entries up to one that do not have the status yet, oldest first, as receipts. Nothing is marked. */
export async function receiptsUpTo(
  sql: Sql,
  { channelId, address }: Place,
  status: AckStatus,
  upTo: number,
): Promise<{ ids: number[]; events: InboundEvent[] }> {
  const rows = await sql.query<Row>(
    `web-chat-unacknowledged-${status}`,
    `SELECT id::text AS id, delivered_at IS NOT NULL AS is_delivered, skein_now() AS now FROM web_chat_entries
     WHERE channel_id = $1 AND address = $2 AND direction = 'out' AND id <= $3 AND ${UNACKNOWLEDGED[status]}
     ORDER BY id LIMIT ${MOST}`,
    [channelId, address, upTo],
  );
  const events = rows.flatMap(({ id, is_delivered, now }) => {
    // Who has read it has received it: the acknowledgement of that may have been lost.
    const told: AckStatus[] = status === 'read' && !is_delivered ? ['delivered', 'read'] : [status];
    return told.map((one) => receipt(Number(id), one, now));
  });
  return { ids: rows.map(({ id }) => Number(id)), events };
}

function receipt(id: number, status: AckStatus, at: Date): InboundEvent {
  const providerMessageId = providerIdOf(id);
  return {
    ...{ type: 'receipt', eventId: `${providerMessageId}:${status}`, at: at.toISOString() },
    ...{ providerMessageId, status },
  };
}

/** Marks entries as {@link receiptsUpTo} told them. */
export async function markAcknowledged(sql: Sql, status: AckStatus, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const read = status === 'read' ? ', read_at = coalesce(read_at, skein_now())' : '';
  await sql.query(
    `web-chat-acknowledge-${status}`,
    `UPDATE web_chat_entries SET delivered_at = coalesce(delivered_at, skein_now())${read} WHERE id = ANY ($1::bigint[])`,
    [ids],
  );
}
