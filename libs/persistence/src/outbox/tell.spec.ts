import { describe, expect, it } from '@jest/globals';
import type { Sql } from '../db.js';
import type { OutboxRow } from './outbox.js';
import { tellOutbox, type Teller } from './tell.js';

const rowOf = (id: string): OutboxRow => ({
  ...{ id, workspaceId: 'A', type: 'turn-failed' },
  items: [{ id, type: 'turn-failed', at: '', messageId: id, data: {} }],
});

describe('telling facts', () => {
  it('O1: one that nobody can be told live, and one that cannot be stored, keep no other from it', async () => {
    const stored: string[] = [];
    const deleted: unknown[] = [];
    const sql: Sql = {
      query: (_name, _text, values) => Promise.resolve(void deleted.push(values?.[0]) as never),
    };
    const teller: Teller = {
      publishCore: (subject) => {
        if (subject.endsWith('.first')) throw new Error('MAX_PAYLOAD_EXCEEDED');
        return true;
      },
      publishEvents: (_workspace, _type, [item]) => {
        if (item?.id === 'second') throw new Error('too large');
        stored.push(item?.id ?? '');
        return Promise.resolve();
      },
    };
    await expect(tellOutbox(sql, teller, ['first', 'second', 'third'].map(rowOf))).rejects.toThrow(
      'too large',
    );
    expect(stored).toEqual(['first', 'third']);
    expect(deleted).toEqual([['first', 'third']]);
  });
});
