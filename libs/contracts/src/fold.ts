import { BLOCKING_CODES, codeOfRejection, type ErrorCode, type Failure } from './failures.js';
import { RECEIPT_RANK, type CallState, type MessageStatus, type ReceiptStatus } from './states.js';

/** What the fold needs of one provider call. `receipt` is the highest rank reported so far, 0 when there was none. */
export interface CallFacts {
  state: CallState;
  receipt: number;
  failure: Failure | null;
}

/** Everything that receipts said about one call, whatever order they came in: highest rank, and the failure if one was told. */
export interface ReceiptFacts {
  rank: number;
  failure: Failure | null;
}

export type Folded = { status: MessageStatus; reason?: string; detail?: string } | 'returned' | 'unchanged';

const WAITING: readonly CallState[] = ['queued', 'sending', 'retry'];
const UNDER_WAY: readonly CallState[] = ['sending', 'sent', 'retry', 'unknown'];
/** From this rank on the person's device has it: no later report of a failure can be true. */
const ON_DEVICE = RECEIPT_RANK.delivered;
const BY_RANK: readonly MessageStatus[] = ['sent', 'sent', 'delivered', 'read'];

/** What one reported status says, in the form that receipts are added up in. */
export function factsOfReceipt(status: ReceiptStatus | 'failed', failure: Failure | undefined): ReceiptFacts {
  if (status !== 'failed') return { rank: RECEIPT_RANK[status], failure: null };
  const told = failure ?? {
    kind: 'rejected',
    reason: 'provider_rejected',
    detail: 'The platform reported a failure.',
  };
  return { rank: 0, failure: told };
}

/** Adds two reports up. Commutative, so that it does not matter in which order webhooks arrive. */
export function addReceipts(a: ReceiptFacts, b: ReceiptFacts): ReceiptFacts {
  const first =
    a.failure !== null && b.failure !== null && textOf(b.failure) < textOf(a.failure) ? b.failure : a.failure;
  return { rank: Math.max(a.rank, b.rank), failure: first ?? b.failure };
}

function textOf(failure: Failure): string {
  return JSON.stringify(failure);
}

/**
 * The call after its receipts. Undefined while the call is not settled yet: the receipts wait for it. A rank at or above
 * `delivered` wins over every failure; a reported failure wins over `sent`; nothing moves a call that policy ended.
 */
export function applyReceipts(call: CallFacts, facts: ReceiptFacts): CallFacts | undefined {
  if (WAITING.includes(call.state)) return undefined;
  if (call.state === 'blocked' || call.state === 'expired' || call.state === 'canceled') return call;
  const receipt = Math.max(call.receipt, facts.rank);
  if (receipt >= ON_DEVICE) return { state: 'sent', receipt, failure: null };
  if (call.state === 'failed' || call.state === 'returned') return { ...call, receipt };
  if (facts.failure !== null) {
    return { state: isWindow(facts.failure) ? 'returned' : 'failed', receipt, failure: facts.failure };
  }
  return receipt > 0 ? { state: 'sent', receipt, failure: call.failure } : call;
}

function isWindow(failure: Failure): boolean {
  return failure.kind === 'rejected' && failure.reason === 'window_closed';
}

/**
 * The one status of a message whose latest delivery consists of these calls, in any order.
 *
 * @returns `returned` when policy must look again because the window had closed; `unchanged` when the calls say nothing yet.
 */
export function foldMessage(calls: readonly CallFacts[]): Folded {
  const isAccepted = calls.some((call) => call.state === 'sent');
  const ended = endedBy(calls);
  if (ended !== undefined)
    return isAccepted ? { ...failureOf(ended), status: 'failed', reason: 'partial' } : endingOf(ended);
  if (calls.some((call) => call.state === 'returned')) return returnedOf(calls, isAccepted);
  if (calls.some((call) => WAITING.includes(call.state))) {
    return calls.some((call) => UNDER_WAY.includes(call.state)) ? { status: 'sending' } : 'unchanged';
  }
  if (calls.some((call) => call.state === 'unknown')) return { status: 'unknown' };
  const sent = calls.filter((call) => call.state === 'sent');
  if (sent.length === 0 || sent.length < calls.length) return 'unchanged';
  return { status: BY_RANK[Math.min(...sent.map((call) => call.receipt))] ?? 'read' };
}

/** The call that ended the delivery: failures before policy before time. */
function endedBy(calls: readonly CallFacts[]): CallFacts | undefined {
  for (const state of ['failed', 'blocked', 'expired'] as const) {
    const found = calls.filter((call) => call.state === state);
    if (found.length > 0)
      return found.sort((a, b) => JSON.stringify(a.failure).localeCompare(JSON.stringify(b.failure)))[0];
  }
  return undefined;
}

function returnedOf(calls: readonly CallFacts[], isAccepted: boolean): Folded {
  if (isAccepted)
    return { status: 'failed', reason: 'partial', detail: 'The window closed between two parts.' };
  return calls.some((call) => call.state === 'sending') ? { status: 'sending' } : 'returned';
}

function endingOf(call: CallFacts): Folded {
  if (call.state === 'expired') return { status: 'expired' };
  const failed = failureOf(call);
  // What was in its way before does not say why it was blocked.
  if (call.state === 'blocked' && call.failure?.kind !== 'rejected')
    return { status: 'blocked', reason: 'opted_out' };
  if (call.state === 'blocked') return { status: 'blocked', reason: 'opted_out', ...failed };
  const isPolicy = failed.reason !== undefined && BLOCKING_CODES.has(failed.reason);
  return { ...failed, status: isPolicy ? 'blocked' : 'failed' };
}

function failureOf({ failure }: CallFacts): { reason?: ErrorCode; detail?: string } {
  if (failure === null) return {};
  if (failure.kind === 'rejected') return { reason: codeOfRejection(failure.reason), detail: failure.detail };
  // `unavailable` would promise that the same key may help; this message has had its last try.
  return { reason: 'provider_rejected', detail: `Given up after the last try: ${failure.detail}` };
}
