import { describe, expect, it } from '@jest/globals';
import { SandboxClock } from './clock.js';
import { Journal } from './journal.js';

describe('journal', () => {
  const record = (journal: Journal, kind: string): void => {
    journal.record({ kind, address: null, operation: 'send', request: {}, answer: null });
  };

  it('numbers calls and forgets the oldest', () => {
    const journal = new Journal(new SandboxClock(), 3);
    for (const kind of ['a', 'b', 'a', 'b', 'a']) record(journal, kind);
    expect(journal.list(null, null).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(journal.list('b', null).map(({ seq }) => seq)).toEqual([4]);
    expect(journal.list(null, '4').map(({ seq }) => seq)).toEqual([5]);
  });

  it('starts anew when cleared', () => {
    const journal = new Journal(new SandboxClock());
    record(journal, 'a');
    journal.clear();
    expect(journal.list(null, null)).toEqual([]);
    record(journal, 'a');
    expect(journal.list(null, null)).toMatchObject([{ seq: 1 }]);
  });
});
