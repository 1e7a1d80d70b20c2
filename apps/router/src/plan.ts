import {
  capabilitiesOf,
  ERROR_CODES,
  isErrorCode,
  newId,
  voiceOf,
  type PlanQuestion,
  type SendPlan,
} from '@skein/contracts';
import {
  findLastMails,
  findProviderIds,
  isCampaignPaused,
  lockLanes,
  threadsThatExist,
  type Db,
  type LaneState,
  type RoutableMessage,
  type Sql,
} from '@skein/persistence';
import { resolveMessages, type Ready } from './prepare.js';
import { mailLanes, targetOf, type RouteContext } from './route.js';
import { decideOne, startWrites, type Writes } from './writes.js';

/** Ends the transaction that must not stand. */
class Rollback extends Error {
  override readonly name = 'Rollback';
}

interface Found {
  writes: Writes;
  ready: Ready | undefined;
  lane: LaneState | undefined;
  isPaused: boolean;
}

/**
 * Routes a message that does not exist, with the functions that route those that do, and takes everything back: a plan cannot disagree
 * with what then happens, unless something happens in between.
 *
 * @throws the database's error.
 */
export async function planMessage(db: Db, context: RouteContext, question: PlanQuestion): Promise<SendPlan> {
  const found = await rolledBack(db, (sql) => find(sql, context, messageOf(question)));
  const threadId = found.ready?.who.threadId;
  const known = threadId !== undefined && (await threadsThatExist(db, [threadId])).has(threadId);
  return planOf(found, known ? threadId : null, question.dueAt);
}

/** The result of work whose writes are taken back. @throws what the work throws. */
async function rolledBack<T>(db: Db, work: (sql: Sql) => Promise<T>): Promise<T> {
  const done: T[] = [];
  const transaction = db.transaction(async (sql) => {
    done.splice(0, 1, await work(sql));
    throw new Rollback('a plan changes nothing');
  });
  await transaction.catch((error: unknown) => {
    if ((error as Partial<Error> | null)?.name !== 'Rollback') throw error;
  });
  return done[0] as T;
}

async function find(sql: Sql, context: RouteContext, message: RoutableMessage): Promise<Found> {
  const { ready, refused } = await resolveMessages(sql, context.catalog, [message]);
  const lanes = await lockLanes(
    sql,
    ready.map(({ who }) => who.laneId),
  );
  const mails = await findLastMails(sql, mailLanes(ready));
  const targets = await findProviderIds(sql, ready.flatMap(targetOf));
  const isPaused = await isCampaignPaused(sql, message.workspace_id, message.campaign_id);
  const writes = startWrites(refused);
  for (const one of ready) decideOne(one, { lanes, mails, targets, context }, writes);
  const [only] = ready;
  return { writes, ready: only, lane: only && lanes.get(only.who.laneId), isPaused };
}

function messageOf({ workspaceId, command, origin, campaignId }: PlanQuestion): RoutableMessage {
  return {
    id: newId(),
    workspace_id: workspaceId,
    seq: '0',
    status: 'accepted',
    ...voiceOf(command.content, origin),
    origin,
    campaign_id: campaignId,
    campaign_state: null,
    idempotency_key: null,
    command,
    due_at: null,
    returned_at: null,
    turn_channel_id: null,
    turn_lane_id: null,
    turn_address: null,
  };
}

function planOf(
  { writes, ready, lane, isPaused }: Found,
  conversationId: string | null,
  dueAt: string | null,
): SendPlan {
  const [row] = writes.routed;
  if (row === undefined) throw new Error('The message was not decided.');
  const [prompt] = writes.prompts;
  const template = prompt?.parts[0]?.type === 'template' ? prompt.parts[0].template : undefined;
  const wouldWait = dueAt !== null && row.reason === null;
  return {
    status: wouldWait ? 'scheduled' : row.status,
    ...(wouldWait ? { scheduledFor: dueAt } : {}),
    ...(isPaused ? { campaignPaused: true } : {}),
    ...reasonOf(row.reason, row.detail),
    ...(row.holdUntil === null ? {} : { heldUntil: row.holdUntil.toISOString() }),
    ...(ready === undefined ? {} : placeOf(ready, lane, conversationId)),
    ...(prompt && template ? { prompt: { template, text: prompt.text } } : {}),
    parts: row.parts,
    losses: row.losses,
    choices: (ready && writes.choices.get(ready.who.laneId)) ?? [],
    text: row.text,
  };
}

function reasonOf(
  reason: string | null,
  detail: string | null,
): Pick<SendPlan, 'reason' | 'detail' | 'next'> {
  if (reason === null || !isErrorCode(reason)) return {};
  return { reason, ...(detail === null ? {} : { detail }), next: ERROR_CODES[reason].next };
}

function placeOf(
  { channel, who }: Ready,
  lane: LaneState | undefined,
  conversationId: string | null,
): Pick<SendPlan, 'channel' | 'address' | 'conversationId' | 'window' | 'optedOut'> {
  const hasWindow = capabilitiesOf(channel.kind)?.window !== undefined;
  return {
    channel: { id: channel.id, kind: channel.kind },
    address: who.laneAddress,
    conversationId,
    ...(hasWindow && lane
      ? { window: { open: lane.window_open, until: lane.window_until?.toISOString() ?? null } }
      : {}),
    optedOut: lane?.opted_out_purpose ?? null,
  };
}
