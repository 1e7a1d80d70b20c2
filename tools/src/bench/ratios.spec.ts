import { describe, expect, it } from '@jest/globals';
import type { Figures } from './measure/figures.js';
import { ratiosOf } from './ratios.js';

const run = (contestant: string, batch: number, more: Partial<Figures>): Figures => ({
  ...{ contestant, variant: 'receipts on', messages: 10, batch, connections: 1 },
  ...{ acceptedPerSecond: 0, confirmedPerSecond: 0, completePerSecond: null, statusesPerSecond: null },
  ...{ acceptMs: { p50: 0, p99: 0 }, toProviderMs: { p50: 0, p99: 0 } },
  ...{ cpuPerThousand: {}, duplicates: 0, refusedCalls: 0 },
  ...more,
});

describe('ratiosOf', () => {
  it('compares our runs with the others of the same batch size', () => {
    const ours = { confirmedPerSecond: 500, completePerSecond: 400, cpuPerThousand: { api: 1, postgres: 2 } };
    const theirs = { confirmedPerSecond: 1000, cpuPerThousand: { worker: 0.5 } };
    expect(ratiosOf([run('bullmq', 1, theirs), run('bullmq', 100, theirs), run('skein', 1, ours)])).toEqual([
      { label: 'Skein / bullmq, batch 1, receipts on', confirmed: 0.5, complete: 0.4, cpu: 6 },
    ]);
  });
});
