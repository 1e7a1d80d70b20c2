import { newId, type ChannelKind, type ClientData } from '@skein/contracts';
import type { Sql } from '../db.js';
import { readKnown, type KnownRecipient } from './known.js';
import { createRecipients } from './create.js';

/** An address that must lead to a contact, a thread and a lane. */
export interface ResolveItem {
  workspaceId: string;
  kind: ChannelKind;
  channelId: string;
  agentId: string;
  address: string;
  /** Addresses that the platform states for the same person in the same event. */
  aliases?: string[];
  /** The caller's own id, when the address is claimed for it. */
  userId?: string | undefined;
  client?: ClientData;
  /** How we know the address: `api`, `webhook`, … */
  provenance: string;
  profileName?: string;
}

export interface ResolvedRecipient {
  contactId: string;
  threadId: string;
  laneId: string;
  /** The address that is the lane: the first one known of this person on this kind. */
  laneAddress: string;
}

export type Resolved = ResolvedRecipient | { error: 'identity_conflict' };

/**
 * Leads each address to its contact, thread and lane, creating what is missing. What is known costs one read; what is missing is
 * created under sorted advisory locks on the addresses, after a second read, so that two services that meet a new person at the
 * same time agree. Nothing is ever merged: an address that already belongs to another contact is an `identity_conflict`.
 *
 * Must run inside a transaction (the advisory locks end with it).
 *
 * @returns one result per item, in the order of the input.
 */
export async function resolveRecipients(sql: Sql, items: ResolveItem[]): Promise<Resolved[]> {
  const known = await readKnown(sql, items);
  const missing = items.filter((_, index) => !isComplete(known[index], items[index] as ResolveItem));
  if (missing.length > 0) await createRecipients(sql, missing, newId);
  const found = missing.length > 0 ? await readKnown(sql, items) : known;
  return items.map((item, index) => resolvedOf(item, found[index]));
}

function isComplete(row: KnownRecipient | undefined, item: ResolveItem): boolean {
  if (row === undefined || row.thread_id === null || row.lane_id === null) return false;
  return (
    row.known_addresses >= 1 + new Set((item.aliases ?? []).filter((alias) => alias !== item.address)).size
  );
}

function resolvedOf(item: ResolveItem, row: KnownRecipient | undefined): Resolved {
  if (row === undefined || row.contacts > 1 || row.thread_id === null || row.lane_id === null) {
    return { error: 'identity_conflict' };
  }
  if (item.userId !== undefined && row.user_id !== null && row.user_id !== item.userId) {
    return { error: 'identity_conflict' };
  }
  return {
    contactId: row.contact_id,
    threadId: row.thread_id,
    laneId: row.lane_id,
    laneAddress: row.lane_address,
  };
}
