import { describe, expect, it } from '@jest/globals';
import { consentKeyword } from './consent-keywords.js';
import { storable } from './storable.js';

describe('consentKeyword', () => {
  it('P11: reads a whole message, whatever its case and punctuation', () => {
    for (const text of ['STOP', ' stop. ', '"Stop!"', 'Stop  all', 'UNSUBSCRIBE', 'opt-out', '¡Baja!']) {
      expect([text, consentKeyword('whatsapp', text)]).toEqual([text, 'stop']);
    }
    expect(consentKeyword('sms', 'Start')).toBe('start');
  });

  it('leaves ordinary wording to the agent', () => {
    for (const text of ['stop texting me', 'please stop', 'cancel', 'yes', '', '!', 'x'.repeat(100)]) {
      expect([text, consentKeyword('whatsapp', text)]).toEqual([text, undefined]);
    }
  });

  it("P11: knows the carriers' words on SMS", () => {
    expect(consentKeyword('sms', 'QUIT')).toBe('stop');
    expect(consentKeyword('sms', 'yes')).toBe('start');
  });
});

describe('storable', () => {
  it('replaces what Postgres refuses and leaves everything else as it is', () => {
    const fine = { text: 'ñ 😀', list: [1, null, true] };
    expect(storable(fine)).toBe(fine);
    expect(storable({ a: 'x\0y', b: ['\ud800', '😀'], 'k\0': 1 })).toEqual({
      a: 'x\uFFFDy',
      b: ['\uFFFD', '😀'],
      'k\uFFFD': 1,
    });
  });
});
