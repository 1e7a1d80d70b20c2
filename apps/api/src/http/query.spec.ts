import { describe, expect, it } from '@jest/globals';
import { refusalOf, Words, type Refusal } from '@skein/contracts';
import { readSafe, refuseFields } from './query.js';

class Named {
  @Words(10) name!: string;
}

function refused(work: () => unknown): Refusal | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

describe('wrong bodies', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    field: `${index}${'x'.repeat(1000)}`,
    reason: 'is wrong',
  }));

  it('are told by their first fields, in the list and in the sentence', () => {
    const refusal = refused(() => refuseFields(many));
    expect(refusal?.errors).toHaveLength(20);
    expect(refusal?.errors?.[0]?.field).toBe(`0${'x'.repeat(198)}…`);
    expect(refusal?.detail.length).toBeLessThan(5000);
  });

  it('are not read as a class when they have more fields than any body', () => {
    const wide = Object.fromEntries(many.map(({ field }) => [field, 1]));
    expect(readSafe(Named, { name: 'a' })).toEqual({ name: 'a' });
    expect(refused(() => readSafe(Named, { name: 'a', ...wide }))?.errors).toEqual([
      { field: 'body', reason: 'has more than 1000 fields' },
    ]);
  });
});
