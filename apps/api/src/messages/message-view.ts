import { outcomeOf, wordsOf, type TimelineStepName } from '@skein/contracts';
import type { CallLog, MessageView, StoredTimeline } from '@skein/persistence';

/** A message with its outcome, as lists and single reads show it. */
export function messageJson(row: MessageView): Record<string, unknown> {
  const { conversationId, contactId, status, reason, losses } = row;
  return {
    ...outcomeOf({ messageId: row.id, conversationId, contactId, status, reason, losses }),
    id: row.id,
    direction: row.direction,
    author: row.author,
    origin: row.origin,
    detail: row.detail,
    channel: row.channel,
    channelId: row.channelId,
    agentId: row.agentId,
    text: row.text,
    content: publicContent(row),
    parts: row.parts,
    losses,
    campaignId: row.campaignId,
    idempotencyKey: row.idempotencyKey,
    scheduledFor: row.dueAt,
    heldUntil: row.holdUntil,
    createdAt: row.createdAt,
    statusAt: row.statusAt,
  };
}

/** An entry of a conversation. */
export function entryJson(row: MessageView): Record<string, unknown> {
  return {
    id: row.id,
    at: row.createdAt,
    direction: row.direction,
    author: row.author,
    origin: row.origin,
    channel: row.channel,
    channelId: row.channelId,
    text: row.text,
    parts: row.parts,
    media: mediaOf(row),
    content: publicContent(row),
    status: row.status,
    reason: row.reason,
    losses: row.losses,
  };
}

/** What only our own services need of a file stays inside. */
function mediaOf(row: MessageView): Record<string, unknown>[] {
  const media = (row.content.media ?? []) as unknown as Record<string, unknown>[];
  return media.map(({ providerRef: _inside, ...file }) =>
    typeof file['mediaId'] === 'string' ? { ...file, url: `/v1/media/${file['mediaId']}/content` } : file,
  );
}

function publicContent(row: MessageView): Record<string, unknown> {
  return row.content.media === undefined ? row.content : { ...row.content, media: mediaOf(row) };
}

/** One line of a timeline: what happened, in plain words. */
export interface TimelineItem {
  at: string;
  step: string;
  text: string;
  detail: Record<string, unknown>;
  traceId: string | null;
}

/** Decisions about the message and everything its provider calls went through, in order of time. */
export function timelineItems(stored: StoredTimeline): TimelineItem[] {
  const { traceId } = stored;
  const steps = stored.steps.map(({ at, step, detail }) => ({
    at: new Date(at).toISOString(),
    step,
    text: wordsOf(step),
    detail: detail ?? {},
    traceId,
  }));
  const attempts = stored.calls.flatMap((call) => call.log.map((entry) => attemptOf(call, entry, traceId)));
  // A stable sort: what happened in the same instant stays in the order it was written.
  return [...steps, ...attempts].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const KNOWN_OUTCOMES = new Set<string>([
  'claimed',
  'sent',
  'failed',
  'blocked',
  'expired',
  'canceled',
  'returned',
  'unknown',
] satisfies TimelineStepName[]);

function attemptOf(call: CallLog, entry: Record<string, unknown>, traceId: string | null): TimelineItem {
  const { at, outcome, ...rest } = entry;
  const word = typeof outcome === 'string' ? outcome : 'attempt';
  const text = wordsOf(KNOWN_OUTCOMES.has(word) ? (word as TimelineStepName) : 'attempt');
  const detail = {
    outcome: word,
    callId: call.id,
    delivery: call.delivery,
    part: call.idx,
    channelId: call.channelId,
    providerId: call.providerId,
    ...rest,
  };
  return { at: typeof at === 'string' ? at : '', step: 'attempt', text, detail, traceId };
}
