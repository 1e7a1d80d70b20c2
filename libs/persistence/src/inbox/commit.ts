import type { InboundEvent } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { storable } from './storable.js';
import { applyConsents } from './apply-consents.js';

/** An event to commit for a channel. */
export interface InboxItem {
  workspaceId: string;
  channelId: string;
  event: InboundEvent;
  /** Ms until the thread service's sweeper looks at it by itself; longer while its files are being fetched. */
  wakeMs: number;
}

export interface Committed {
  /** The row's id; null when the event was committed before. */
  id: string | null;
}

interface InsertedRow extends Record<string, unknown> {
  id: string;
  channelId: string;
  eventId: string;
}

/**
 * Commits inbound events and the consent changes found in them, in one transaction. An event whose (channel, event id) is there already
 * changes nothing. Rows keep the order of the items.
 */
export function commitInbound(db: Pick<Db, 'transaction'>, items: InboxItem[]): Promise<Committed[]> {
  const clean = items.map((item) => ({ ...item, event: storable(item.event) }));
  const unique = [
    ...new Map(clean.map((item) => [keyOf(item.channelId, item.event.eventId), item])).values(),
  ];
  return db.transaction(async (sql) => {
    const inserted = await insert(sql, unique);
    const idOf = new Map(inserted.map((row) => [keyOf(row.channelId, row.eventId), row.id]));
    await applyConsents(
      sql,
      unique.flatMap((item) => {
        const inboundId = idOf.get(keyOf(item.channelId, item.event.eventId));
        const { event } = item;
        return inboundId !== undefined && event.type === 'consent' ? [{ ...item, event, inboundId }] : [];
      }),
    );
    // Twice in one batch: the first asker gets the id, so that it is rung once.
    return clean.map((item) => {
      const key = keyOf(item.channelId, item.event.eventId);
      const id = idOf.get(key) ?? null;
      idOf.delete(key);
      return { id };
    });
  });
}

function insert(sql: Sql, items: InboxItem[]): Promise<InsertedRow[]> {
  const column = <T>(of: (item: InboxItem) => T): T[] => items.map(of);
  return sql.query<InsertedRow>(
    'inbox-insert',
    `INSERT INTO inbound_events (workspace_id, channel_id, event_id, type, address, provider_message_id, fact, wake_at)
     SELECT i.ws, i.channel, i.event, i.type, i.address, i.provider, i.fact, now() + i.wake_ms * interval '1 millisecond'
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::int[])
       WITH ORDINALITY AS i (ws, channel, event, type, address, provider, fact, wake_ms, n)
     ORDER BY i.n
     ON CONFLICT (channel_id, event_id) DO NOTHING
     RETURNING id::text AS id, channel_id AS "channelId", event_id AS "eventId"`,
    [
      column((item) => item.workspaceId),
      column((item) => item.channelId),
      column((item) => item.event.eventId),
      column((item) => item.event.type),
      column(({ event }) => ('address' in event ? (event.address ?? null) : null)),
      column(({ event }) => ('providerMessageId' in event ? (event.providerMessageId ?? null) : null)),
      column((item) => JSON.stringify(item.event)),
      column((item) => item.wakeMs),
    ],
  );
}

function keyOf(channelId: string, eventId: string): string {
  return `${channelId}\n${eventId}`;
}
