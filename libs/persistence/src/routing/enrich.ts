import type { ClientData } from '@skein/contracts';
import type { Sql } from '../db.js';

/** Custom fields are merged, everything else is replaced when given. Neither e-mail nor user id links or merges contacts. */
const ENRICH = `
  UPDATE contacts c SET name = coalesce(t.client->>'name', c.name), email = coalesce(t.client->>'email', c.email),
    owners = coalesce(t.client->'owners', c.owners),
    custom_fields = c.custom_fields || coalesce(t.client->'customFields', '{}')
  FROM (
    SELECT DISTINCT ON (id) id, client FROM unnest($1::uuid[], $2::jsonb[]) WITH ORDINALITY AS u (id, client, ord)
    ORDER BY id, ord DESC
  ) AS t
  WHERE c.id = t.id`;

/** Writes what callers told about their contacts; the last word on each contact counts. */
export async function enrichContacts(
  sql: Sql,
  rows: { contactId: string; client: ClientData }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql.query('routing-enrich', ENRICH, [
    rows.map((row) => row.contactId),
    rows.map((row) => JSON.stringify(row.client)),
  ]);
}
