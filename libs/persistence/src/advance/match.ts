import {
  addReceipts,
  applyReceipts,
  factsOfReceipt,
  RECEIPT_RANK,
  type CallFacts,
  type ReceiptFacts,
} from '@skein/contracts';
import type { CallChange, LockedCall } from './calls.js';
import type { WaitingReceipt } from './receipts.js';

/** Milliseconds after which a receipt whose call never showed up is given up: 1 h. */
const GIVE_UP_MS = 3_600_000;

/** What becomes of a batch of receipts. */
export interface Matched {
  changes: CallChange[];
  applied: { id: string; outcome: string }[];
  /** Receipts that came before their call was settled. */
  waiting: string[];
}

/** The call and the attempt in a reference that a provider echoed; undefined for anything else. */
export function callOfRef(ref: string | undefined): { id: string; attempt: number } | undefined {
  const found = /^(\d{1,18}):(\d{1,5})$/.exec(ref ?? '');
  return found ? { id: String(found[1]), attempt: Number(found[2]) } : undefined;
}

/** Finds the call of each receipt and adds up, call by call, what they say. */
export function matchReceipts(receipts: WaitingReceipt[], calls: LockedCall[], now: Date): Matched {
  const finder = finderOf(calls);
  const byCall = new Map<LockedCall, WaitingReceipt[]>();
  const matched: Matched = { changes: [], applied: [], waiting: [] };
  for (const receipt of receipts) {
    const call = finder(receipt);
    if (call === undefined) putOff(receipt, now, matched);
    else byCall.set(call, [...(byCall.get(call) ?? []), receipt]);
  }
  for (const [call, group] of byCall) settle(call, group, now, matched);
  return matched;
}

/** The provider's id is exact; our own reference is for calls whose answer was lost. */
function finderOf(calls: LockedCall[]): (receipt: WaitingReceipt) => LockedCall | undefined {
  const byProvider = new Map(calls.map((call) => [`${call.channel_id} ${call.provider_id}`, call]));
  const byId = new Map(calls.map((call) => [call.id, call]));
  return ({ channel_id, fact }) => {
    const exact = fact.providerMessageId && byProvider.get(`${channel_id} ${fact.providerMessageId}`);
    if (exact) return exact;
    const ref = callOfRef(fact.callRef);
    const call = ref && byId.get(ref.id);
    return call && ref && call.channel_id === channel_id && ref.attempt <= call.attempt ? call : undefined;
  };
}

function putOff(receipt: WaitingReceipt, now: Date, matched: Matched): void {
  if (now.getTime() - receipt.received_at.getTime() < GIVE_UP_MS) matched.waiting.push(receipt.id);
  else matched.applied.push({ id: receipt.id, outcome: 'unmatched' });
}

function settle(call: LockedCall, group: WaitingReceipt[], now: Date, matched: Matched): void {
  const facts = group
    .map(({ fact }) => factsOfReceipt(fact.status, fact.failure))
    .reduce<ReceiptFacts>(addReceipts, { rank: 0, failure: null });
  const after = applyReceipts(call, facts);
  if (after === undefined) return group.forEach((receipt) => putOff(receipt, now, matched));
  matched.applied.push(...group.map(({ id }) => ({ id, outcome: 'applied' })));
  const providerId = group.find(({ fact }) => fact.providerMessageId)?.fact.providerMessageId ?? null;
  const isLate = facts.failure !== null && after.state === 'sent';
  if (!isLate && after.state === call.state && heightOf(after) === heightOf(call)) return;
  matched.changes.push({ id: call.id, ...after, providerId, note: noteOf(call, after.state, isLate, facts) });
}

/** A call that is sent has no use for being told so: a third of all receipts write nothing. */
function heightOf({ state, receipt }: CallFacts): number {
  return state === 'sent' ? Math.max(receipt, RECEIPT_RANK.sent) : receipt;
}

/** Only what is unusual goes into the log of the call; ordinary receipts are in the timeline of the message. */
function noteOf(call: LockedCall, state: string, isLate: boolean, { failure }: ReceiptFacts): string {
  const code = failure !== null && 'providerCode' in failure ? ` ${failure.providerCode ?? ''}` : '';
  if (isLate) return `reported failed after delivery, kept${code}`;
  if (failure !== null) return `reported ${state}${code}`;
  return call.state === 'unknown' ? 'reported by the platform: it was sent' : '';
}
