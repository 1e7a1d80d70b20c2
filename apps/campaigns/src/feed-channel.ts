import {
  capabilitiesOf,
  messageIdFor,
  threadTextOf,
  type BulkItemError,
  type SendCommand,
} from '@skein/contracts';
import {
  acceptMessages,
  bisect,
  channelLoad,
  claimItems,
  lockFeed,
  noteFed,
  openBatches,
  type AcceptItem,
  type AcceptResult,
  type ChannelLoad,
  type ClaimedItem,
  type FedItem,
  type OpenBatch,
  type Settled,
  type Sql,
} from '@skein/persistence';
import { roomOf, servedBy, takeTurns } from './take-turns.js';

/** Messages accepted in one round, by workspace: the router is to be rung for them. */
export type Accepted = Map<string, string[]>;

/** Calls per second of what has no channel yet: the router chooses one, whose own pace then counts. */
const NO_CHANNEL_PER_S = 10;

/**
 * Turns as many items of a channel's bulk sends into accepted messages as it has room for, in one transaction: another feeder never
 * takes the same, and a crash undoes all of it. The same acceptance as everywhere; the message's id comes from the item's place.
 *
 * @throws the database's error, when nothing was changed.
 */
export async function feedChannel(sql: Sql, channelId: string): Promise<Accepted> {
  if (!(await lockFeed(sql, channelId))) return new Map();
  const load = await channelLoad(sql, channelId);
  const room = roomOf(paceOf(load), load);
  if (room === 0) return new Map();
  const batches = await openBatches(sql, channelId, room);
  if (batches.length === 0) return new Map();
  const turns = takeTurns(room, batches);
  const served = servedBy(turns);
  const claimed = await claimItems(
    sql,
    served.map((id) => ({ id, count: turns.filter((turn) => turn === id).length })),
  );
  const accepted = await accept(sql, batches, inTurn(turns, claimed));
  // A batch without a turn has nothing waiting: it is closed.
  const idle = batches.filter(({ waiting }) => waiting === 0).map(({ id }) => id);
  await noteFed(sql, accepted.fed, [...idle, ...served]);
  return accepted.ids;
}

function paceOf({ kind, settings }: ChannelLoad): number | null {
  if (kind === null) return NO_CHANNEL_PER_S;
  const { ratePerSecond } = settings ?? {};
  return ratePerSecond === undefined ? (capabilitiesOf(kind)?.defaultRatePerSecond ?? null) : ratePerSecond;
}

/** Items in the order of the turns: each batch gives its next one. */
function inTurn(turns: readonly string[], claimed: readonly ClaimedItem[]): ClaimedItem[] {
  const lines = new Map<string, ClaimedItem[]>(turns.map((id) => [id, []]));
  for (const item of claimed) lines.get(item.batchId)?.push(item);
  return turns.flatMap((id) => lines.get(id)?.shift() ?? []);
}

async function accept(
  sql: Sql,
  batches: readonly OpenBatch[],
  claimed: readonly ClaimedItem[],
): Promise<{ fed: FedItem[]; ids: Accepted }> {
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  const items = claimed.map((item) => acceptItemOf(byId.get(item.batchId) as OpenBatch, item));
  const settled = await bisect(items, (some) => acceptSome(sql, some));
  const ids: Accepted = new Map();
  for (const one of settled) {
    if (!('value' in one) || one.value.outcome !== 'created') continue;
    const { workspaceId, messageId } = one.item;
    ids.set(workspaceId, [...(ids.get(workspaceId) ?? []), messageId]);
  }
  return { fed: claimed.map((item, index) => fedOf(item, settled[index])), ids };
}

/** A statement that failed ends its transaction, unless it can be taken back alone. */
async function acceptSome(sql: Sql, items: AcceptItem[]): Promise<AcceptResult[]> {
  await sql.query('feed-mark', 'SAVEPOINT fed');
  try {
    return await acceptMessages(sql, items);
  } catch (error) {
    await sql.query('feed-take-back', 'ROLLBACK TO SAVEPOINT fed');
    throw error;
  }
}

function acceptItemOf(batch: OpenBatch, item: ClaimedItem): AcceptItem {
  const { workspaceId, campaignId, bodyHash } = batch;
  const idempotencyKey = `${item.batchId}:${item.idx}`;
  const command = item.command ?? commandOf(batch, item);
  return {
    workspaceId,
    messageId: messageIdFor(workspaceId, idempotencyKey),
    idempotencyKey,
    bodyHash,
    command,
    author: item.author ?? 'agent',
    origin: 'campaign',
    purpose: 'message',
    campaignId,
    dueAt: null,
    text: item.text ?? threadTextOf(command.content),
  };
}

/** What the batch says to everybody, to this person with these values. */
function commandOf({ command }: OpenBatch, { address, params }: ClaimedItem): SendCommand {
  const { content, ...rest } = command as Omit<SendCommand, 'to'>;
  const template = content.template;
  const own = template === undefined || params === null ? {} : { template: { ...template, params } };
  return { ...rest, to: { phoneNumber: address ?? '' }, content: { ...content, ...own } };
}

const TAKEN: BulkItemError = {
  code: 'idempotency_conflict',
  detail: 'Another message has used the key of this place.',
};
const NOT_STORABLE: BulkItemError = { code: 'invalid_request', detail: 'The message cannot be stored.' };

function fedOf(
  { batchId, idx }: ClaimedItem,
  settled: Settled<AcceptItem, AcceptResult> | undefined,
): FedItem {
  if (settled === undefined || 'error' in settled)
    return { batchId, idx, messageId: null, error: NOT_STORABLE };
  const { outcome, messageId } = settled.value;
  if (outcome === 'conflict') return { batchId, idx, messageId: null, error: TAKEN };
  return { batchId, idx, messageId, error: null };
}
