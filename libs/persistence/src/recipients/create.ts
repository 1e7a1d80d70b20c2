import { addressKey } from '@skein/contracts';
import type { Sql } from '../db.js';
import { readKnown } from './known.js';
import type { ResolveItem } from './resolve.js';

const LOCK = `
  SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (
    SELECT key FROM unnest($1::text[]) AS t (key) ORDER BY key
  ) AS sorted`;

const BY_USER = `
  SELECT id, workspace_id, user_id FROM contacts
  WHERE (workspace_id, user_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

const CONTACTS = `
  INSERT INTO contacts (id, workspace_id, user_id, name)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`;

const IDENTITIES = `
  INSERT INTO identities (workspace_id, kind, address, lane_address, contact_id, provenance)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[]) ON CONFLICT DO NOTHING`;

const THREADS = `
  INSERT INTO threads (id, workspace_id, contact_id, agent_id)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) ON CONFLICT DO NOTHING`;

const LANES = `
  INSERT INTO lanes (workspace_id, channel_id, address)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`;

interface Owner {
  contactId: string;
  laneAddress: string;
}

/** Creates contacts, identities, threads and lanes that are missing. @param newId makes an id for a new contact or thread. */
export async function createRecipients(sql: Sql, items: ResolveItem[], newId: () => string): Promise<void> {
  await sql.query('recipients-lock', LOCK, [[...new Set(items.flatMap(lockKeys))].sort()]);
  const owners = await ownersOf(sql, items, newId);
  await insertIdentities(sql, items, owners);
  await insertThreads(sql, items, owners, newId);
  await insertLanes(sql, items, owners);
}

function lockKeys(item: ResolveItem): string[] {
  const addresses = [item.address, ...(item.aliases ?? [])].map((address) => addressKey(item.kind, address));
  const keys = item.userId === undefined ? addresses : [...addresses, `u:${item.userId}`];
  return keys.map((key) => `${item.workspaceId}:${key}`);
}

/** Under the lock: the contact that already owns the address, else the one with the caller's id, else a new one. */
async function ownersOf(sql: Sql, items: ResolveItem[], newId: () => string): Promise<Owner[]> {
  const known = await readKnown(sql, items);
  const withUser = items.filter((item) => item.userId !== undefined);
  const users = await sql.query<{ id: string; workspace_id: string; user_id: string }>(
    'recipients-by-user',
    BY_USER,
    [withUser.map((item) => item.workspaceId), withUser.map((item) => item.userId)],
  );
  const byUser = new Map(users.map((row) => [`${row.workspace_id}:${row.user_id}`, row.id]));
  const made = new Map<string, Owner>();
  const fresh: { id: string; item: ResolveItem }[] = [];
  const owners = items.map((item, index) => {
    const row = known[index];
    if (row !== undefined) return { contactId: row.contact_id, laneAddress: row.lane_address };
    const keys = [item.address, ...(item.aliases ?? [])].map(
      (address) => `${item.workspaceId}:${addressKey(item.kind, address)}`,
    );
    const twin = keys.map((key) => made.get(key)).find((owner) => owner !== undefined);
    const userKey = item.userId === undefined ? undefined : `${item.workspaceId}:${item.userId}`;
    const contactId = twin?.contactId ?? (userKey === undefined ? undefined : byUser.get(userKey)) ?? newId();
    const owner = twin ?? { contactId, laneAddress: item.address };
    if (twin === undefined && (userKey === undefined || !byUser.has(userKey)))
      fresh.push({ id: contactId, item });
    if (userKey !== undefined) byUser.set(userKey, contactId);
    for (const key of keys) made.set(key, owner);
    return owner;
  });
  await sql.query('recipients-contacts', CONTACTS, [
    fresh.map(({ id }) => id),
    fresh.map(({ item }) => item.workspaceId),
    fresh.map(({ item }) => item.userId ?? null),
    fresh.map(({ item }) => item.client?.name ?? item.profileName ?? null),
  ]);
  return owners;
}

async function insertIdentities(sql: Sql, items: ResolveItem[], owners: Owner[]): Promise<void> {
  const rows = items.flatMap((item, index) =>
    [...new Set([item.address, ...(item.aliases ?? [])])].map((address) => ({
      item,
      address,
      owner: owners[index] as Owner,
    })),
  );
  await sql.query('recipients-identities', IDENTITIES, [
    rows.map(({ item }) => item.workspaceId),
    rows.map(({ item }) => item.kind),
    rows.map(({ address }) => address),
    rows.map(({ owner }) => owner.laneAddress),
    rows.map(({ owner }) => owner.contactId),
    rows.map(({ item }) => item.provenance),
  ]);
}

async function insertThreads(
  sql: Sql,
  items: ResolveItem[],
  owners: Owner[],
  newId: () => string,
): Promise<void> {
  await sql.query('recipients-threads', THREADS, [
    items.map(() => newId()),
    items.map((item) => item.workspaceId),
    owners.map((owner) => owner.contactId),
    items.map((item) => item.agentId),
  ]);
}

async function insertLanes(sql: Sql, items: ResolveItem[], owners: Owner[]): Promise<void> {
  await sql.query('recipients-lanes', LANES, [
    items.map((item) => item.workspaceId),
    items.map((item) => item.channelId),
    owners.map((owner) => owner.laneAddress),
  ]);
}
