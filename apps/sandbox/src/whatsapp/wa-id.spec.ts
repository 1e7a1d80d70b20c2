import { describe, expect, it } from '@jest/globals';
import { isUserId, phoneDigits, waIdOf } from './wa-id.js';

describe('WhatsApp ids', () => {
  it.each([
    ['34600123456', '34600123456'],
    ['5511987654321', '5511987654321'],
    ['5551987654321', '555187654321'],
    ['525512345678', '5215512345678'],
    ['5215512345678', '5215512345678'],
  ])('%s is known as %s', (dialled, waId) => {
    expect(waIdOf(dialled)).toBe(waId);
  });

  it('reads digits out of usual spellings', () => {
    expect(phoneDigits('+34 600-123-456')).toBe('34600123456');
    expect(phoneDigits('hello')).toBeUndefined();
    expect(phoneDigits('0600')).toBeUndefined();
  });

  it('tells a business-scoped user id from a number', () => {
    expect(isUserId('US.13491208655302741918')).toBe(true);
    expect(isUserId('US.ENT.11815799212886844830')).toBe(true);
    expect(isUserId('+34600123456')).toBe(false);
  });
});
