import { isUuid } from '@skein/contracts';
import {
  commitRouted,
  findLastMails,
  findProviderIds,
  insertCalls,
  insertSystemMessages,
  insertUnsubscribeTokens,
  loadRoutable,
  markPrompted,
  noteChoices,
  queueTurns,
  type InsertedCall,
  type OutboxRow,
  type RoutableMessage,
  type RoutedMessage,
  type Sql,
} from '@skein/persistence';
import type { Catalog, CatalogChannel } from './catalog.js';
import { keepCampaigns } from './campaigns.js';
import { mayGo, prepare, type Ready } from './prepare.js';
import { noteFacts, type StatusFact } from './tell.js';
import { decideOne, startWrites, type Writes } from './writes.js';

export interface RouteResult {
  calls: (InsertedCall & { kind: CatalogChannel['kind'] })[];
  outbox: OutboxRow[];
  /** Threads with a new turn. */
  threads: { workspaceId: string; id: string }[];
}

export interface RouteContext {
  catalog: Catalog;
  publicUrl: string;
  /** The public address of a stored file. */
  fileUrl(workspaceId: string, mediaId: string): string;
}

/**
 * Routes the messages with these ids and every older one to the same people, in one transaction: a handful of statements whatever
 * the number. Lanes are locked before anything about them is read.
 *
 * @throws the database's error, when nothing was written.
 */
export async function routeMessages(sql: Sql, context: RouteContext, ids: string[]): Promise<RouteResult> {
  const waiting = await loadRoutable(sql, ids);
  const ended = await keepCampaigns(sql, waiting);
  const messages = waiting.filter(mayGo);
  if (messages.length === 0) return { calls: [], outbox: ended, threads: [] };
  const { ready, refused, lanes } = await prepare(sql, context.catalog, messages);
  const mails = await findLastMails(sql, mailLanes(ready));
  const targets = await findProviderIds(sql, ready.flatMap(targetOf));
  const writes = startWrites(refused);
  for (const one of ready) decideOne(one, { lanes, mails, targets, context }, writes);
  const result = await commit(sql, [...ready, ...refused], writes);
  return { ...result, outbox: [...ended, ...result.outbox] };
}

/** The message that a reaction or a change is for; it must be of the same person on the same channel. */
export function targetOf({ message, channel, who }: Ready) {
  const { reaction, edit } = message.command.content;
  const messageId = reaction?.messageId ?? edit?.messageId;
  if (messageId === undefined || !isUuid(messageId)) return [];
  const { contactId } = who;
  return [{ workspaceId: message.workspace_id, contactId, channelId: channel.id, messageId }];
}

/** Lanes of mail, whose last message an answer refers to. */
export function mailLanes(ready: Ready[]): { laneId: string; threadId: string }[] {
  const mails = ready.filter(({ channel }) => channel.kind === 'email');
  return mails.map(({ who }) => ({ laneId: who.laneId, threadId: who.threadId }));
}

async function commit(
  sql: Sql,
  all: { message: RoutableMessage; channel?: CatalogChannel }[],
  writes: Writes,
): Promise<RouteResult> {
  await insertSystemMessages(sql, writes.prompts);
  await markPrompted(sql, writes.prompted);
  await noteChoices(
    sql,
    [...writes.choices].map(([id, choices]) => ({ id, choices })),
  );
  const written = await commitRouted(sql, writes.routed);
  const promptIds = new Set(writes.prompts.map((row) => row.id));
  const calls = await insertCalls(
    sql,
    writes.calls.filter((call) => written.has(call.messageId) || promptIds.has(call.messageId)),
  );
  await insertUnsubscribeTokens(sql, writes.tokens);
  const turns = writes.turns.filter((turn) => written.has(turn.messageId));
  await queueTurns(sql, turns);
  const kinds = new Map(
    all.flatMap(({ channel }) => (channel === undefined ? [] : [[channel.id, channel.kind] as const])),
  );
  const byId = new Map(all.map(({ message }) => [message.id, message]));
  const facts = writes.routed
    .filter((row) => written.has(row.id) && row.status !== 'queued')
    .map((row) => factOf(row, byId));
  const outbox = await noteFacts(sql, facts);
  return {
    calls: calls.flatMap((call) => withKind(call, kinds)),
    outbox,
    threads: turns.map(({ workspaceId, threadId }) => ({ workspaceId, id: threadId })),
  };
}

function withKind(call: InsertedCall, kinds: Map<string, CatalogChannel['kind']>) {
  const kind = kinds.get(call.channel_id);
  return kind === undefined ? [] : [{ ...call, kind }];
}

function factOf(row: RoutedMessage, byId: Map<string, RoutableMessage>): StatusFact {
  const message = byId.get(row.id) as RoutableMessage;
  return {
    workspaceId: message.workspace_id,
    messageId: row.id,
    conversationId: row.threadId,
    contactId: row.contactId,
    idempotencyKey: message.idempotency_key,
    status: row.status,
    reason: row.reason,
    losses: row.losses,
  };
}
