import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMOJI_NAMES } from './emoji-names.js';
import { emojiNameOf, emojiOf } from './emoji.js';
import { escapeText, plainText } from './plain-text.js';

describe('plain text', () => {
  it.each([
    ['a &amp; b &lt;c&gt;', 'a & b <c>'],
    ['&amp;lt;', '&lt;'],
    ['see <https://a.test/x?y=1&amp;z=2>', 'see https://a.test/x?y=1&z=2'],
    ['<https://a.test|the page>', 'the page (https://a.test)'],
    ['<http://a.test|a.test>', 'a.test'],
    ['<mailto:a@b.test|a@b.test>', 'a@b.test'],
    ['<@U1ABC> <@U1ABC|ada>', '@U1ABC @ada'],
    ['<#C1ABC|general>', '#general'],
    ['<!here> <!subteam^S1|@team> <!subteam^S1>', '@here @team @subteam'],
    ['<!date^1392734382^{date}|Feb 18>', 'Feb 18'],
    ['1 < 2', '1 < 2'],
    ['<>', '<>'],
  ])('%j is %j', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it.each([
    ['<@UBOT> stop', 'stop'],
    ['<@UBOT>, stop', 'stop'],
    ['<@UBOT|skein> stop\nnow', 'stop\nnow'],
    ['<@UBOT>', '@UBOT'],
    ['hello <@UBOT>', 'hello @UBOT'],
    ['<@UBOT2> stop', '@UBOT2 stop'],
  ])('addressed to the app: %j is %j', (text, expected) => {
    expect(plainText(text, 'UBOT')).toBe(expected);
  });

  it('reads back what is escaped, and is linear', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(plainText(escapeText(text))).toBe(text)));
    for (const mark of ['<', '<@', '&amp', '<a|', '<@UBOT>']) {
      const started = process.cpuUsage();
      plainText(mark.repeat(40_000), 'UBOT');
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(500);
    }
  });
});

describe('P18: emoji', () => {
  it('every name leads to its emoji and every emoji to its first name', () => {
    for (const [emoji, name = '', ...more] of EMOJI_NAMES) {
      expect([emojiOf(name), emojiNameOf(emoji)]).toEqual([emoji, name]);
      for (const other of more) expect(emojiOf(other)).toBe(emoji);
    }
    const names = EMOJI_NAMES.flatMap(([, ...all]) => all);
    expect(new Set(names).size).toBe(names.length);
  });

  it('reads back any name it does not know', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_-]{1,40}$/), (name) => {
        const emoji = emojiOf(name);
        if (emoji.startsWith(':')) expect(emojiNameOf(emoji)).toBe(name);
      }),
    );
  });
});
