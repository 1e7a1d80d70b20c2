import { describe, expect, it } from '@jest/globals';
import { streamSpecs } from './streams.js';
import { consumerDrift, streamDrift } from './drift.js';

describe('drift', () => {
  it('is none for what the server makes of our own settings', () => {
    for (const spec of streamSpecs(1)) {
      const actual = { ...spec, subjects: [...(spec.subjects ?? [])].reverse(), max_msgs: -1, metadata: {} };
      expect(streamDrift(spec, actual)).toEqual({ change: [], refuse: [] });
    }
  });

  it('tells what may change from what must not', () => {
    const wanted = { retention: 'workqueue', max_bytes: 5, subjects: ['a'] };
    const actual = { retention: 'limits', max_bytes: 4, subjects: ['a'], discard: 'old' };
    expect(streamDrift(wanted, actual)).toEqual({ change: ['max_bytes'], refuse: ['retention'] });
    expect(
      consumerDrift({ ack_wait: 1, ack_policy: 'explicit' }, { ack_wait: 2, ack_policy: 'none' }),
    ).toEqual({
      change: ['ack_wait'],
      refuse: ['ack_policy'],
    });
  });
});

describe('streamSpecs', () => {
  it('limits the bytes of every stream, and never drops unread work', () => {
    const specs = streamSpecs(3);
    expect(specs.map((spec) => spec.name)).toEqual(['SEND', 'DELIVER', 'WORK', 'EVENTS', 'DUE', 'DEAD']);
    for (const spec of specs) {
      expect(spec.max_bytes).toBeGreaterThan(0);
      expect(spec.num_replicas).toBe(3);
      if (spec.retention === 'workqueue') expect(spec.discard).toBe('new');
    }
  });
});
