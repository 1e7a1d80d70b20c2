import { describe, expect, it } from '@jest/globals';
import { functionOf, moduleOf, selfTimes } from './self-time.js';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 4 });
const PG = 'file:///srv/skein/node_modules/pg-protocol/dist/parser.js';

describe('selfTimes', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('parse', PG) },
      { id: 3, callFrame: frame('claim', 'file:///srv/skein/libs/persistence/dist/claim.js') },
      { id: 4, callFrame: frame('read', PG) },
    ],
    samples: [1, 2, 3, 4, 2],
    timeDeltas: [900, 10, 20, 30, 40],
  };

  it('gives each function its share of the busy time, most first', () => {
    expect(selfTimes(profile, functionOf)).toEqual([
      { name: 'parse  node_modules/pg-protocol/dist/parser.js:5', share: 0.5 },
      { name: 'read  node_modules/pg-protocol/dist/parser.js:5', share: 0.3 },
      { name: 'claim  libs/persistence/dist/claim.js:5', share: 0.2 },
    ]);
  });

  it('adds up what belongs to one package', () => {
    expect(selfTimes(profile, moduleOf)).toEqual([
      { name: 'pg-protocol', share: 0.8 },
      { name: 'libs/persistence', share: 0.2 },
    ]);
  });
});

describe('moduleOf', () => {
  it.each([
    ['(garbage collector)', '', '(garbage collector)'],
    ['writeUtf8String', '', 'native'],
    ['emit', 'node:events', 'node'],
    ['f', 'file:///a/node_modules/@nats-io/jetstream/lib/x.js', '@nats-io/jetstream'],
    ['f', 'file:///a/apps/api/dist/send/sender.js', 'apps/api'],
  ])('%s in %p belongs to %s', (name, url, module) => {
    expect(moduleOf(frame(name, url))).toBe(module);
  });
});
