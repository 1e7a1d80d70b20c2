import { describe, expect, it } from '@jest/globals';
import type { DialectName } from '@skein/contracts';
import { readMarkup } from '../markup/read-markup.js';
import { literalIn } from '../literal-in.js';
import { DIALECTS } from './dialect.js';

const write = (name: DialectName, text: string): string => DIALECTS[name].write(readMarkup(text));

const PROSE = '**Bold _both_** *star* _it_ ~~gone~~ `a<b`';
const LINKS = '[Docs & more](https://x.test/a_(b)?c=1&d=2) https://x.test/__e__ [mail](mailto:a@x.test)';

describe('P16: text in each dialect', () => {
  it.each<[DialectName, string]>([
    ['plain', 'Bold _both_ *star* _it_ gone a<b'],
    ['whatsapp', '*Bold _both_* *star* _it_ ~gone~ `a<b`'],
    ['slack', '*Bold _both_* _star_ _it_ ~gone~ `a&lt;b`'],
    ['telegram', '<b>Bold <i>both</i></b> <i>star</i> <i>it</i> <s>gone</s> <code>a&lt;b</code>'],
    ['discord', '**Bold _both_** _star_ _it_ ~~gone~~ `a<b`'],
    ['teams', '**Bold _both_** _star_ _it_ ~~gone~~ `a<b`'],
    ['markdown', '**Bold _both_** _star_ _it_ ~~gone~~ `a<b`'],
  ])('marks: %s', (name, want) => {
    expect(write(name, PROSE)).toBe(want);
  });

  it.each<[DialectName, string]>([
    ['plain', 'Docs & more: https://x.test/a_(b)?c=1&d=2 https://x.test/__e mail: a@x.test'],
    ['whatsapp', 'Docs & more: https://x.test/a_(b)?c=1&d=2 https://x.test/__e mail: a@x.test'],
    [
      'slack',
      '<https://x.test/a_(b)?c=1&amp;d=2|Docs &amp; more> <https://x.test/__e> <mailto:a@x.test|mail>',
    ],
    [
      'telegram',
      '<a href="https://x.test/a_(b)?c=1&amp;d=2">Docs &amp; more</a> https://x.test/__e mail: a@x.test',
    ],
    ['discord', '[Docs & more](https://x.test/a_%28b%29?c=1&d=2) https://x.test/__e mail: a@x.test'],
    [
      'teams',
      '[Docs &amp; more](https://x.test/a_%28b%29?c=1&d=2) https://x.test/__e [mail](mailto:a@x.test)',
    ],
    [
      'markdown',
      '[Docs & more](https://x.test/a_%28b%29?c=1&d=2) https://x.test/__e [mail](mailto:a@x.test)',
    ],
  ])('links: %s', (name, want) => {
    expect(write(name, LINKS.replace('__e__', '__e'))).toBe(want);
  });

  it.each<[DialectName, string]>([
    ['plain', 'a <b>\nhello ```'],
    ['whatsapp', '```\na <b>\nhello `\u200B`\u200B`\n```'],
    ['slack', '```\na &lt;b&gt;\nhello `\u200B`\u200B`\n```'],
    ['telegram', '<pre>a &lt;b&gt;\nhello ```</pre>'],
    ['discord', '```\na <b>\nhello `\u200B`\u200B`\n```'],
    ['teams', '````\na <b>\nhello ```\n````'],
    ['markdown', '````\na <b>\nhello ```\n````'],
  ])('code blocks: %s', (name, want) => {
    expect(write(name, '~~~\na <b>\nhello ```\n~~~')).toBe(want);
  });

  it.each<[DialectName, string]>([
    ['plain', '5 < 6 & *a*_b_ [x] <@U1> @everyone'],
    ['whatsapp', '5 < 6 & *a*_b_ [x] <@U1> @everyone'],
    ['slack', '5 &lt; 6 &amp; *a*_b_ [x] &lt;@U1&gt; @everyone'],
    ['telegram', '5 &lt; 6 &amp; *a*_b_ [x] &lt;@U1&gt; @everyone'],
    ['discord', '5 \\< 6 & \\*a\\*\\_b\\_ \\[x\\] \\<@U1> @\u200Beveryone'],
    ['teams', '5 &lt; 6 &amp; \\*a\\*\\_b\\_ \\[x\\] &lt;@U1> @everyone'],
    ['markdown', '5 < 6 & \\*a\\*\\_b\\_ \\[x\\] <@U1> @everyone'],
  ])('values meant as themselves: %s', (name, want) => {
    expect(literalIn(name, '5 < 6 & *a*_b_ [x] <@U1> @everyone')).toBe(want);
  });

  it('keeps values from becoming lists, quotes and headings', () => {
    const value = '1. one\n- two\n> three\n# four\n5.5 and 6-7\n#5';
    expect(literalIn('discord', value)).toBe('1\\. one\n\\- two\n\\> three\n\\# four\n5.5 and 6-7\n#5');
    expect(literalIn('teams', '1. one\n2. two')).toBe('1\\. one  \n2\\. two');
    expect(write('discord', '1. one\n- two\n> three')).toBe('1. one\n- two\n> three');
  });

  it('disarms mentions in text and code', () => {
    expect(write('discord', '@everyone @HERE `@here` <@1> <#2> <@&3> </x:4>')).toBe(
      '@\u200Beveryone @\u200BHERE `@\u200Bhere` \\<@1> \\<#2> \\<@&3> \\</x:4>',
    );
    expect(write('slack', '<!channel> <@U1|x> <#C1>')).toBe('&lt;!channel&gt; &lt;@U1|x&gt; &lt;#C1&gt;');
  });

  it('leaves marks out where the platform would show them', () => {
    expect(write('slack', '**Price:**5 **5 * 6** _a_ # x')).toBe('Price:5 5 * 6 _a_ # x');
    expect(write('whatsapp', '# **All** of `it`')).toBe('*All of `it`*');
    expect(write('telegram', '**see `code`**')).toBe('<b>see</b> <code>code</code>');
  });

  it('joins neighbours that look the same', () => {
    expect(write('discord', '漢*字*_b_')).toBe('漢_字b_');
    expect(write('slack', '漢**字**__b__')).toBe('漢*字b*');
  });

  it('keeps addresses in one token', () => {
    expect(write('slack', '[a|b>](https://x.test/?q=a|b)')).toBe('<https://x.test/?q=a%7Cb|a|b&gt;>');
    expect(write('telegram', '["x"](https://x.test/?q="a")')).toBe(
      '<a href="https://x.test/?q=&quot;a&quot;">&quot;x&quot;</a>',
    );
    expect(write('discord', '[https://a.test](https://b.test)')).toBe('https://a.test: https://b.test');
    expect(literalIn('discord', 'at https://x.test/a_b_c, ok_')).toBe('at https://x.test/a_b_c, ok\\_');
  });

  it('writes line ends that Teams shows', () => {
    expect(write('teams', 'a\nb\n\nc **d**\n[e](https://x.test)')).toBe(
      'a  \nb\n\nc **d**  \n[e](https://x.test)',
    );
  });

  it('mail: paragraphs, breaks and blocks', () => {
    expect(write('email', '# Hi\n**a**\n\n```\n<x>\n```\nb')).toMatch(
      /^<p style="[^"]*"><strong style="[^"]*">Hi<\/strong><br><strong>a<\/strong><\/p><pre style="[^"]*">&lt;x&gt;<\/pre><p style="[^"]*">b<\/p>$/,
    );
  });
});
