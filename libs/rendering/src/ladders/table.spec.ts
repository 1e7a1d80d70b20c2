import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf, SEND_LIMITS, type Capabilities, type ChannelKind } from '@skein/contracts';
import { planParts } from '../plan/plan-parts.js';
import { tableText } from './table.js';

describe('P16: a table as text', () => {
  it.each<[string, string[][], string]>([
    ['columns', [['a', 'bb'], ['ccc']], 'a    bb\nccc'],
    ['a wide one', [['x'.repeat(100), 'y'], ['a']], `${'x'.repeat(100)}  y\na`],
    [
      'empty cells at the end',
      [
        ['a', '', ''],
        ['', 'b', ''],
      ],
      'a\n   b',
    ],
    ['nothing', [], ''],
  ])('%s', (_, rows, text) => {
    expect(tableText(rows)).toBe(text);
  });

  it.each<[number, string]>([
    [57, '```'],
    [58, 'xxx'],
  ])('a first column of %i and one of one letter: a phone shows 60', (width, start) => {
    const rows = `${'x'.repeat(width)},y,\na,b,`;
    const plan = planParts({ text: `::: table\n${rows}\n:::` }, capabilitiesOf('whatsapp') as Capabilities);
    expect(JSON.stringify(plan)).toContain(`"parts":[{"type":"text","text":"${start}`);
  });

  it.each<ChannelKind>(['whatsapp', 'email', 'web-chat', 'sms'])(
    'R6: a long cell above many short ones makes no text of blanks for %s',
    (kind) => {
      const text = `::: table\n${'x'.repeat(32_000)},y\n${'a,b\n'.repeat(8000)}:::`;
      // Padded, it is 256 million characters.
      const plan = JSON.stringify(planParts({ text }, capabilitiesOf(kind) as Capabilities));
      expect(plan.length).toBeLessThan(100 * SEND_LIMITS.textBytes);
    },
  );
});
