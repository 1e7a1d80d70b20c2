import { describe, expect, it } from '@jest/globals';
import { Doorbells } from './doorbells.js';

interface Rung {
  subject: string;
  lists: Record<string, string[]>;
}

function recorder(outcome = (_: Rung) => true) {
  const rung: Rung[] = [];
  const doorbells = new Doorbells((subject, json) => {
    const bell = { subject, lists: JSON.parse(json) as Record<string, string[]> };
    rung.push(bell);
    return Promise.resolve(outcome(bell));
  });
  return { rung, doorbells };
}

describe('Doorbells', () => {
  it('merges what rings at the same time, by subject and list', async () => {
    const { rung, doorbells } = recorder();
    await Promise.all([
      doorbells.add('a', { calls: ['1'] }),
      doorbells.add('b', { ids: ['9'] }),
      doorbells.add('a', { calls: ['2'], inbound: ['3'] }),
    ]);
    expect(rung).toEqual([
      { subject: 'a', lists: { calls: ['1', '2'], inbound: ['3'] } },
      { subject: 'b', lists: { ids: ['9'] } },
    ]);
  });

  it('starts a new message at 500 ids, also for one caller with more', async () => {
    const { rung, doorbells } = recorder();
    const ids = Array.from({ length: 1201 }, (_, i) => String(i));
    expect(await doorbells.add('a', { ids })).toBe(true);
    expect(rung.map((bell) => bell.lists.ids?.length)).toEqual([500, 500, 201]);
    expect(rung.flatMap((bell) => bell.lists.ids ?? [])).toEqual(ids);
  });

  it('tells those whose ids were not rung, and only those', async () => {
    const { doorbells } = recorder((bell) => bell.subject === 'good');
    const outcomes = [doorbells.add('good', { ids: ['1'] }), doorbells.add('bad', { ids: ['1'] })];
    expect(await Promise.all(outcomes)).toEqual([true, false]);
  });

  it('rings at once when flushed, and an empty doorbell never', async () => {
    const { rung, doorbells } = recorder();
    expect(await doorbells.add('a', { ids: [] })).toBe(true);
    const ringing = doorbells.add('a', { ids: ['1'] });
    doorbells.flush();
    expect(rung).toHaveLength(1);
    await ringing;
  });
});
