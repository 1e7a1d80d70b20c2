import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PDU } from './library.js';
import type { Pdu } from './library.js';
import { canonicalId, RecentIds } from './message-ids.js';
import { PartReceipts } from './part-receipts.js';
import { receiptOf } from './receipts.js';
import { bodyOf } from './short-message.js';

/** A deliver_sm as it comes off the wire. */
function wire(fields: Record<string, unknown>): Pdu {
  const made = new PDU('deliver_sm', fields) as Pdu & { toBuffer(): Buffer };
  const Parsed = PDU as unknown as { fromBuffer(octets: Buffer): Pdu };
  return Parsed.fromBuffer(made.toBuffer());
}

const TEXT =
  'id:0123456789 sub:001 dlvrd:001 submit date:2611210700 done date:2611210701 stat:DELIVRD err:000 text:Hello';
const text = (content: string): { short_message: Buffer } => ({
  short_message: Buffer.from(content, 'latin1'),
});

describe('receipts', () => {
  it('P17: by its text', () => {
    expect(receiptOf(wire({ esm_class: 0x04, ...text(TEXT) }))).toEqual({
      id: '0123456789',
      state: 'DELIVRD',
      at: expect.stringMatching(/^20/),
    });
  });

  it('P17: TLVs before the text, whose id may be in another base', () => {
    const tlvs = {
      receipted_message_id: '70BA8A69',
      message_state: 5,
      network_error_code: Buffer.from([3, 0, 27]),
    };
    expect(receiptOf(wire({ esm_class: 0x04, ...text(TEXT), ...tlvs }))).toMatchObject({
      id: '70BA8A69',
      state: 'UNDELIV',
      error: '27',
    });
  });

  it('P17: with esm_class 0 when TLVs name the message and its state', () => {
    const bare = { esm_class: 0, receipted_message_id: 'ab12', message_state: 2, ...text('') };
    expect(receiptOf(wire(bare))).toMatchObject({ id: 'ab12', state: 'DELIVRD' });
    expect(receiptOf(wire({ esm_class: 0, receipted_message_id: 'ab12', ...text('Hello') }))).toBeUndefined();
  });

  it.each([
    ['id:A1 stat:UNDELIVERED err:0x1F Text:x', 'UNDELIV', '0x1F'],
    ['ID:A1 Stat:delivrd Err:000', 'DELIVRD', undefined],
    ['id: A1 submit date:261121070000 done date:261121070100 stat: EXPIRED err:27', 'EXPIRED', '27'],
    ['id:A1 stat:REJECTD\0', 'REJECTD', undefined],
    ['id:A1 stat:ENROUTE text:id:B2 stat:DELIVRD', 'ENROUTE', undefined],
  ])('P17: as carriers really write it: %j', (content, state, error) => {
    const read = receiptOf(wire({ esm_class: 0x04, ...text(content) }));
    expect(read).toMatchObject({ id: 'A1', state });
    expect(read?.error).toBe(error);
  });

  it('what a person writes is no receipt, whatever it looks like', () => {
    expect(receiptOf(wire({ esm_class: 0, ...text(TEXT) }))).toBeUndefined();
    expect(receiptOf(wire({ esm_class: 0x04, ...text('nothing to read') }))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(255), (content, esmClass) => {
        const read = receiptOf(wire({ esm_class: esmClass & ~0x40, ...text(content.slice(0, 200)) }));
        if (read) expect(Number.isNaN(Date.parse(read.at))).toBe(false);
      }),
    );
  });
});

describe('bodies', () => {
  it.each([
    [
      { esm_class: 0x40, short_message: Buffer.from([5, 0, 3, 9, 2, 1, 0x48]) },
      { reference: 9, total: 2, part: 1 },
    ],
    [
      { esm_class: 0x40, short_message: Buffer.from([6, 8, 4, 1, 2, 3, 2, 0x48]) },
      { reference: 258, total: 3, part: 2 },
    ],
    [
      { sar_msg_ref_num: 7, sar_total_segments: 2, sar_segment_seqnum: 2, ...text('H') },
      { reference: 7, total: 2, part: 2 },
    ],
  ])('finds the part in %j', (fields, partOf) => {
    expect(bodyOf(wire(fields))).toEqual({ text: 'H', partOf });
  });

  it('takes no part that cannot be', () => {
    for (const header of [
      [5, 0, 3, 9, 2, 3],
      [5, 0, 3, 9, 1, 1],
      [5, 0, 3, 9, 2, 0],
      [2, 0, 0],
    ])
      expect(
        bodyOf(wire({ esm_class: 0x40, short_message: Buffer.from([...header, 0x48]) })),
      ).not.toHaveProperty('partOf');
  });

  it('reads UCS-2, the payload, and nothing from bytes that are no text', () => {
    const ucs2 = { data_coding: 8, short_message: Buffer.from('8a9ed83dde00', 'hex') };
    expect(bodyOf(wire(ucs2)).text).toBe('語😀');
    expect(bodyOf(wire({ ...text(''), message_payload: Buffer.from('long') })).text).toBe('long');
    expect(bodyOf(wire({ data_coding: 4, short_message: Buffer.from([1, 2]) })).text).toBe('');
  });
});

describe('ids', () => {
  it.each([
    ['70BA8A69', 'text', '70ba8a69'],
    ['70BA8A69', 'hex', '1891273321'],
    ['1891273321', 'decimal', '1891273321'],
    ['0000ff', 'hex', '255'],
    [' ab\0', 'text', 'ab'],
    ['not-hex', 'hex', 'not-hex'],
  ] as const)('%s as %s is %s', (id, form, expected) => {
    expect(canonicalId(id, form)).toBe(expected);
  });

  it.each([
    ['70ba8a69', '1891273321'],
    ['1891273321', '70ba8a69'],
    ['12345678', '305419896'],
    ['305419896', '12345678'],
    ['uuid-like', 'uuid-like'],
  ])('P17: %s is found by %s', (submitted, receipted) => {
    const ids = new RecentIds();
    ids.add(submitted);
    expect(ids.find(receipted)).toBe(submitted);
    expect(ids.find('1')).toBeUndefined();
  });

  it('an exact id comes before one of the same number', () => {
    const ids = new RecentIds();
    for (const id of ['255', 'ff', '255']) ids.add(id);
    expect([ids.find('255'), ids.find('ff')]).toEqual(['255', 'ff']);
  });
});

describe('a call of several parts', () => {
  it('P17: is delivered when every part is, and told once', () => {
    const parts = new PartReceipts();
    const group = parts.start('a', 3);
    parts.add('b', group);
    expect(parts.tell('b', 'delivered')).toBeUndefined();
    expect(parts.tell('b', 'delivered')).toBeUndefined();
    parts.add('c', group);
    expect(parts.tell('a', 'sent')).toBeUndefined();
    expect(parts.tell('a', 'delivered')).toBeUndefined();
    expect(parts.tell('c', 'delivered')).toBe('a*3');
    expect(parts.tell('c', 'delivered')).toBeUndefined();
  });

  it('P17: has failed when one part has', () => {
    const parts = new PartReceipts();
    parts.add('b', parts.start('a', 2));
    expect(parts.tell('b', 'failed')).toBe('a*2');
    expect(parts.tell('a', 'delivered')).toBeUndefined();
    expect(parts.tell('z', 'delivered')).toBe('z');
  });
});
