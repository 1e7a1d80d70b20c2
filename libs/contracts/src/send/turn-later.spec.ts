import { describe, expect, it } from '@jest/globals';
import { LATER_LIMITS, readLater } from './turn-later.js';

describe('R3: an agent that answers later', () => {
  it.each<[unknown, unknown]>([
    [{ later: true }, { seconds: LATER_LIMITS.usual }],
    [{ later: true, withinSeconds: 1 }, { seconds: 1 }],
    [{ later: true, withinSeconds: 86_400 }, { seconds: 86_400 }],
    [{ text: 'Hi' }, undefined],
    [null, undefined],
    ['later', undefined],
  ])('%j is %j', (answer, read) => expect(readLater(answer)).toEqual(read));

  it.each<[object, string]>([
    [{ later: false }, 'later'],
    [{ later: true, withinSeconds: 0 }, 'withinSeconds'],
    [{ later: true, withinSeconds: 86_401 }, 'withinSeconds'],
    [{ later: true, withinSeconds: '60' }, 'withinSeconds'],
    [{ later: true, withinSeconds: 1.5 }, 'withinSeconds'],
    [{ later: true, text: 'Hi' }, 'text'],
  ])('%j is wrong in %s', (answer, field) =>
    expect(readLater(answer)).toMatchObject({ errors: [{ field }] }),
  );
});
