import {
  campaignStateOf,
  onItsWay,
  outcomeOf,
  type CampaignCounts,
  type CampaignState,
} from '@skein/contracts';
import type { BatchResultRow, BatchRow, CampaignRow } from '@skein/persistence';
import { problemOf } from '../http/problem.js';

/** A bulk send as callers read it. */
export interface BatchView {
  id: string;
  batchId: string;
  campaignId: string;
  channelId: string | null;
  templateId: string | null;
  total: number;
  counts: CampaignCounts;
  state: CampaignState;
  createdAt: string;
}

/** A bulk send and how far it is. */
export function batchJson({ id, counts, isPaused, isCanceled, createdAt, ...row }: BatchRow): BatchView {
  const { campaignId, channelId, templateId, total } = row;
  return {
    id,
    batchId: id,
    campaignId,
    channelId: channelId === '' ? null : channelId,
    templateId,
    total,
    counts,
    state: campaignStateOf(counts, { isPaused, isCanceled }),
    createdAt: createdAt.toISOString(),
  };
}

/** True when a bulk send will not change by itself any more. */
export function isOver({ state, counts }: BatchView): boolean {
  return (state === 'done' || state === 'canceled') && onItsWay(counts) === 0;
}

/** One place of a bulk send: its outcome, the error that kept it from being sent, or that it waits. */
export function resultJson(row: BatchResultRow): Record<string, unknown> {
  const { index, phoneNumber, state, retryOf, error, messageId, status, reason, conversationId, contactId } =
    row;
  const place = { index, phoneNumber, ...(retryOf === null ? {} : { retryOf }) };
  if (error !== null) {
    const { firstIndex, ...refusal } = error;
    return {
      ...place,
      error: { ...problemOf(refusal), ...(firstIndex === undefined ? {} : { firstIndex }) },
    };
  }
  if (messageId === null || status === null) return { ...place, status: state };
  return {
    ...place,
    ...outcomeOf({ messageId, conversationId, contactId, status, reason, losses: row.losses ?? [] }),
  };
}

/** A campaign as callers read it. */
export function campaignJson({
  id,
  counts,
  isPaused,
  isCanceled,
  pausedAt,
  canceledAt,
  batches,
}: CampaignRow) {
  return {
    id,
    campaignId: id,
    state: campaignStateOf(counts, { isPaused, isCanceled }),
    isPaused,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    onItsWay: onItsWay(counts, isPaused),
    pausedAt,
    canceledAt,
    batches,
  };
}
