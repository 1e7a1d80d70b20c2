import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Failure } from './failures.js';
import {
  addReceipts,
  applyReceipts,
  factsOfReceipt,
  foldMessage,
  type CallFacts,
  type ReceiptFacts,
} from './fold.js';
import type { CallState } from './states.js';

const rejected = (reason: 'policy' | 'window_closed' | 'opted_out'): Failure => ({
  kind: 'rejected',
  reason,
  detail: reason,
});
const call = (state: CallState, receipt = 0, failure: Failure | null = null): CallFacts => ({
  state,
  receipt,
  failure,
});

const failure = fc.constantFrom(rejected('policy'), rejected('window_closed'), rejected('opted_out'));
const receipt: fc.Arbitrary<ReceiptFacts> = fc.oneof(
  fc
    .constantFrom('sent' as const, 'delivered' as const, 'read' as const)
    .map((status) => factsOfReceipt(status, undefined)),
  failure.map((told) => factsOfReceipt('failed', told)),
);
const STATES: CallState[] = [
  'queued',
  'sending',
  'retry',
  'sent',
  'failed',
  'blocked',
  'expired',
  'canceled',
  'returned',
  'unknown',
];
const anyCall = fc
  .tuple(fc.constantFrom(...STATES), fc.integer({ min: 0, max: 3 }), failure)
  .map(([state, rank, told]) => call(state, state === 'sent' ? rank : 0, state === 'failed' ? told : null));

const RANK = { queued: 0, sending: 1, sent: 2, delivered: 3, read: 4 } as Record<string, number>;
const all = (facts: ReceiptFacts[]) => facts.reduce(addReceipts, { rank: 0, failure: null });

describe('receipts', () => {
  it('P17: the order in which receipts come does not matter', () => {
    fc.assert(
      fc.property(fc.array(receipt, { minLength: 1 }), fc.nat(), (facts, turn) => {
        const rotated = [
          ...facts.slice(turn % facts.length),
          ...facts.slice(0, turn % facts.length),
        ].reverse();
        expect(all(rotated)).toEqual(all(facts));
      }),
    );
  });

  it('P17: receipts one by one lead to a device as surely as all at once', () => {
    fc.assert(
      fc.property(fc.array(receipt, { minLength: 1 }), (facts) => {
        const stepwise = facts.reduce<CallFacts>(
          (seen, fact) => applyReceipts(seen, fact) ?? seen,
          call('sent'),
        );
        const atOnce = applyReceipts(call('sent'), all(facts));
        expect(stepwise.receipt).toBe(atOnce?.receipt);
        expect(stepwise.state === 'sent').toBe(atOnce?.state === 'sent');
      }),
    );
  });

  it('P17: a receipt never takes a message back from where it was', () => {
    fc.assert(
      fc.property(fc.array(receipt), receipt, (before, next) => {
        const first = applyReceipts(call('sent'), all(before)) ?? call('sent');
        const second = applyReceipts(first, next) ?? first;
        expect(second.receipt).toBeGreaterThanOrEqual(first.receipt);
        if (first.receipt >= 2) expect(second).toMatchObject({ state: 'sent' });
        const [a, b] = [foldMessage([first]), foldMessage([second])].map((folded) =>
          typeof folded === 'object' ? (RANK[folded.status] ?? -1) : -1,
        );
        if (a !== undefined && b !== undefined && a >= 3) expect(b).toBeGreaterThanOrEqual(a);
      }),
    );
  });

  it('P17: receipts wait for a call that is not settled', () => {
    for (const state of ['queued', 'sending', 'retry'] as const) {
      expect(applyReceipts(call(state), factsOfReceipt('read', undefined))).toBeUndefined();
    }
  });

  it('P17: a receipt decides a call whose outcome was not known', () => {
    expect(applyReceipts(call('unknown'), factsOfReceipt('sent', undefined))).toMatchObject({
      state: 'sent',
    });
    expect(applyReceipts(call('unknown'), factsOfReceipt('failed', undefined))).toMatchObject({
      state: 'failed',
    });
  });
});

describe('foldMessage', () => {
  it('P11: a message that STOP ended while it waited for another try says so, and not what it waited for', () => {
    const busy: Failure = { kind: 'unavailable', detail: 'The platform is away.' };
    expect(foldMessage([call('blocked', 0, busy)])).toEqual({ status: 'blocked', reason: 'opted_out' });
  });

  it('B2: a message that was given up does not promise that its key may help once more', () => {
    const away: Failure = { kind: 'unavailable', detail: 'The platform is away.' };
    expect(foldMessage([call('failed', 0, away)])).toEqual({
      status: 'failed',
      reason: 'provider_rejected',
      detail: 'Given up after the last try: The platform is away.',
    });
  });

  it('has one true status: the order of the calls does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 10 }), (calls) => {
        expect(foldMessage([...calls].reverse())).toEqual(foldMessage(calls));
      }),
    );
  });

  const rows: [string, CallFacts[], ReturnType<typeof foldMessage>][] = [
    ['nothing has happened yet', [call('queued'), call('queued')], 'unchanged'],
    ['the first part is out', [call('sent', 3), call('queued')], { status: 'sending' }],
    ['the slowest part decides', [call('sent', 3), call('sent', 1)], { status: 'sent' }],
    ['all parts were read', [call('sent', 3), call('sent', 3)], { status: 'read' }],
    ['a part may be out', [call('sent', 2), call('unknown')], { status: 'unknown' }],
    ['the window had closed', [call('returned'), call('queued')], 'returned'],
    [
      'the only part failed',
      [call('failed', 0, rejected('policy'))],
      { status: 'failed', reason: 'provider_rejected', detail: 'policy' },
    ],
    [
      'policy of the platform',
      [call('failed', 0, rejected('opted_out'))],
      { status: 'blocked', reason: 'opted_out', detail: 'opted_out' },
    ],
    [
      'a later part failed',
      [call('sent', 1), call('failed', 0, rejected('policy')), call('canceled')],
      { status: 'failed', reason: 'partial', detail: 'policy' },
    ],
    [
      'the opt-out came first',
      [call('blocked'), call('canceled')],
      { status: 'blocked', reason: 'opted_out' },
    ],
    ['it was too late', [call('expired')], { status: 'expired' }],
  ];
  it.each(rows)('%s', (_, calls, expected) => expect(foldMessage(calls)).toEqual(expected));
});
