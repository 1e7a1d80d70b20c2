import type { ErrorCode } from './failures.js';
import type { MessageStatus } from './states.js';

/** Recipients of one bulk send; more is `payload_too_large`. */
export const BULK_LIMIT = 10_000;

/** The campaign of every message whose sender names none. */
export const DEFAULT_CAMPAIGN = 'api';

/** How far a bulk send or a campaign is. `done`: nothing waits and nothing is on its way. */
export type CampaignState = 'running' | 'paused' | 'done' | 'canceled';

/** Messages by status, and what is no message: `pending` waits for its turn, `error` never becomes one. */
export type CampaignCounts = Partial<Record<MessageStatus | 'pending' | 'error', number>>;

/** Statuses of a message that is on its way and not decided. */
const ON_ITS_WAY: readonly MessageStatus[] = ['accepted', 'queued', 'sending'];
/** Statuses of a message that waits for something to happen. */
const WAITING: readonly MessageStatus[] = ['scheduled', 'held'];

/** Messages that a pause comes too late for. One that no channel has taken yet is still kept by it. */
export function onItsWay(counts: CampaignCounts, isPaused = false): number {
  return sum(counts, ON_ITS_WAY) - (isPaused ? (counts.accepted ?? 0) : 0);
}

/** The state that counts and marks together mean. Pure, so that every surface says the same. */
export function campaignStateOf(
  counts: CampaignCounts,
  marks: { isPaused: boolean; isCanceled: boolean },
): CampaignState {
  const undecided = (counts.pending ?? 0) + onItsWay(counts) + sum(counts, WAITING);
  if (marks.isCanceled && (counts.pending ?? 0) + sum(counts, WAITING) === 0) return 'canceled';
  if (undecided === 0) return 'done';
  return marks.isPaused ? 'paused' : 'running';
}

function sum(counts: CampaignCounts, statuses: readonly MessageStatus[]): number {
  return statuses.reduce((total, status) => total + (counts[status] ?? 0), 0);
}

/** Why a place of a bulk send became no message. */
export interface BulkItemError {
  code: ErrorCode;
  detail: string;
  /** Where the same number stands first, when this is a repetition. */
  firstIndex?: number;
}
