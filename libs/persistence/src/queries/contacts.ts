import { addressKey, newId, type ChannelKind, type ClientData } from '@skein/contracts';
import type { Sql } from '../db.js';

export interface ContactClaim {
  workspaceId: string;
  userId: string;
  client: Omit<ClientData, 'userId'>;
  identities: { kind: ChannelKind; address: string }[];
}

/** The same keys as those of resolveRecipients, in the same order: whoever creates an address waits for whoever claims it. */
const LOCK = `
  SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (
    SELECT key FROM unnest($1::text[]) AS t (key) ORDER BY key
  ) AS sorted`;

const CONTACT = `
  INSERT INTO contacts AS c (id, workspace_id, user_id, name, email, owners, custom_fields)
  VALUES ($1, $2, $3, $4, $5, coalesce($6::jsonb, '[]'), coalesce($7::jsonb, '{}'))
  ON CONFLICT (workspace_id, user_id) DO UPDATE SET name = coalesce($4, c.name), email = coalesce($5, c.email),
    owners = coalesce($6::jsonb, c.owners), custom_fields = c.custom_fields || coalesce($7::jsonb, '{}')
  RETURNING id`;

const TAKEN = `
  SELECT i.kind, i.address FROM identities i
  JOIN unnest($2::text[], $3::text[]) AS t (kind, address) ON i.kind = t.kind AND i.address = t.address
  JOIN contacts c ON c.id = i.contact_id
  WHERE i.workspace_id = $1 AND c.user_id IS DISTINCT FROM $4`;

const IDENTITIES = `
  INSERT INTO identities (workspace_id, kind, address, lane_address, contact_id, provenance)
  SELECT $1, kind, address, address, $4, 'api' FROM unnest($2::text[], $3::text[]) AS t (kind, address)
  ON CONFLICT DO NOTHING`;

export type ClaimResult = { contactId: string } | { taken: { kind: string; address: string }[] };

/**
 * Creates the contact with this `userId`, or extends it: custom fields are merged, addresses are added. An address that belongs to
 * anybody else, known by a `userId` or not, changes nothing at all. Must run inside a transaction.
 */
export async function claimContact(sql: Sql, claim: ContactClaim): Promise<ClaimResult> {
  const { workspaceId, userId, client, identities } = claim;
  const keys = [`u:${userId}`, ...identities.map((row) => addressKey(row.kind, row.address))];
  await sql.query('contact-lock', LOCK, [[...new Set(keys.map((key) => `${workspaceId}:${key}`))]]);
  const kinds = identities.map((row) => row.kind);
  const addresses = identities.map((row) => row.address);
  const taken = await sql.query<{ kind: string; address: string }>('contact-taken', TAKEN, [
    workspaceId,
    kinds,
    addresses,
    userId,
  ]);
  if (taken.length > 0) return { taken };
  const [row] = await sql.query<{ id: string }>('contact-claim', CONTACT, [
    newId(),
    workspaceId,
    userId,
    client.name ?? null,
    client.email ?? null,
    client.owners === undefined ? null : JSON.stringify(client.owners),
    client.customFields === undefined ? null : JSON.stringify(client.customFields),
  ]);
  const contactId = row?.id ?? '';
  await sql.query('contact-identities', IDENTITIES, [workspaceId, kinds, addresses, contactId]);
  return { contactId };
}
