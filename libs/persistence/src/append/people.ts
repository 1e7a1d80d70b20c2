import {
  resolveRecipients,
  type Resolved,
  type ResolvedRecipient,
  type ResolveItem,
} from '../recipients/resolve.js';
import type { Sql } from '../db.js';
import type { LockedEvent } from './events.js';

/** Who each event comes from, by event id. An event that names nobody is not in it. */
export type People = Map<string, ResolvedRecipient>;

/**
 * Leads every event to the person it comes from. When the platform states an address that belongs to somebody else here, the
 * address to answer to decides alone: what a person said is never lost over a conflict.
 */
export async function findPeople(sql: Sql, events: LockedEvent[]): Promise<People> {
  const asked = events.flatMap((event) => {
    const item = itemOf(event);
    return item === undefined ? [] : [{ id: event.id, item }];
  });
  const found = await resolveDistinct(
    sql,
    asked.map(({ item }) => item),
  );
  const conflicts = asked.filter((_, index) => !isFound(found[index]));
  const alone = await resolveDistinct(
    sql,
    conflicts.map(({ item }) => ({ ...item, aliases: [], userId: undefined })),
  );
  const people: People = new Map();
  asked.forEach(({ id }, index) => note(people, id, found[index]));
  conflicts.forEach(({ id }, index) => note(people, id, alone[index]));
  await claimUserIds(
    sql,
    asked.flatMap(({ item: { userId } }, index) => {
      const who = found[index];
      return userId === undefined || !isFound(who) ? [] : [{ contactId: who.contactId, userId }];
    }),
  );
  return people;
}

const CLAIM = `
  UPDATE contacts c SET user_id = t.user_id FROM (
    SELECT DISTINCT ON (id) id, user_id FROM unnest($1::uuid[], $2::text[]) AS u (id, user_id) ORDER BY id, user_id
  ) AS t
  WHERE c.id = t.id AND c.user_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.workspace_id = c.workspace_id AND o.user_id = t.user_id)`;

/** A person the channel has proof of gets the caller's id, unless another contact has it: two known contacts are never merged. */
async function claimUserIds(sql: Sql, claims: { contactId: string; userId: string }[]): Promise<void> {
  if (claims.length === 0) return;
  await sql.query('append-claim-users', CLAIM, [
    claims.map(({ contactId }) => contactId),
    claims.map(({ userId }) => userId),
  ]);
}

function note(people: People, id: string, resolved: Resolved | undefined): void {
  if (isFound(resolved)) people.set(id, resolved);
}

function isFound(resolved: Resolved | undefined): resolved is ResolvedRecipient {
  return resolved !== undefined && 'laneId' in resolved;
}

function itemOf({ workspace_id, kind, channel_id, agent_id, fact }: LockedEvent): ResolveItem | undefined {
  if (fact.type === 'unsupported') return undefined;
  const aliases = fact.type === 'readdressed' ? [...(fact.aliases ?? []), fact.previous] : fact.aliases;
  return {
    workspaceId: workspace_id,
    kind,
    channelId: channel_id,
    agentId: agent_id,
    address: fact.address,
    ...(aliases === undefined ? {} : { aliases }),
    ...(fact.userId === undefined ? {} : { userId: fact.userId }),
    ...(fact.profileName === undefined ? {} : { profileName: fact.profileName }),
    provenance: 'webhook',
  };
}

/** Many events of one batch come from the same person. */
async function resolveDistinct(sql: Sql, items: ResolveItem[]): Promise<(Resolved | undefined)[]> {
  if (items.length === 0) return [];
  const keyOf = (item: ResolveItem) =>
    JSON.stringify([item.channelId, item.address, item.aliases ?? [], item.userId]);
  const distinct = new Map(items.map((item) => [keyOf(item), item]));
  const resolved = await resolveRecipients(sql, [...distinct.values()]);
  const byKey = new Map([...distinct.keys()].map((key, index) => [key, resolved[index]]));
  return items.map((item) => byKey.get(keyOf(item)));
}
