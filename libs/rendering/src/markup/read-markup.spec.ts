import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMarkup } from './read-markup.js';
import type { Run } from './run.js';

/** Runs in one line: styles before the text, in brackets what a link opens. */
function shown(text: string): string {
  return readMarkup(text)
    .map(({ kind, text: said, styles, url }: Run) => {
      const named = [...styles, ...(kind === 'text' ? [] : [kind])].join('+');
      const target = url === undefined || url === said ? '' : `(${url})`;
      return named === '' ? said : `{${named}:${said}${target}}`;
    })
    .join('');
}

describe('P16: Markdown-like text', () => {
  it.each([
    ['**bold** and __bold__', '{strong:bold} and {strong:bold}'],
    ['_it_ *star* ~~gone~~', '{emphasis:it} {starred:star} {strike:gone}'],
    ['_a **b** c_', '{emphasis:a }{emphasis+strong:b}{emphasis: c}'],
    ['**a _b_**', '{strong:a }{strong+emphasis:b}'],
    ['***both***', '{strong+starred:both}'],
    ['***a* b**', '{strong+starred:a}{strong: b}'],
    ['***a** b*', '{starred+strong:a}{starred: b}'],
    ['*a **b***', '{starred:a }{starred+strong:b}'],
    ['**a *b* c', '**a {starred:b} c'],
    ['**crossed _marks** here_', '{strong:crossed _marks} here_'],
    ['~~**x**~~', '{strike+strong:x}'],
    ['# Head **x**', '{heading:Head }{heading+strong:x}'],
    ['#hashtag and # no', '#hashtag and # no'],
  ])('reads the marks of %s', (text, want) => {
    expect(shown(text)).toBe(want);
  });

  it.each([
    'snake_case_name',
    '2*3*4 = 24',
    'un**frigging**believable',
    'a * b * c',
    '* item\n* item',
    '- item',
    '> quote',
    '1. one',
    '** bold **',
    '****',
    '_ _',
    '__',
    'C:\\temp\\x',
    'a\n**b\nc** d',
    '~one~',
    '~~~one~~~ two',
    '[label](javascript:alert(1))',
    '[label] (mailto:a@x.test)',
    '[](https://',
    '`open',
    '\\',
  ])('leaves %j alone', (text) => {
    expect(readMarkup(text).map(({ kind, styles }) => [kind, styles])).toEqual([['text', []]]);
  });

  it.each([
    ['**Price:**5 €', '{strong:Price:}5 €'],
    ['価格**太字**です', '価格{strong:太字}です'],
    ['\\*not\\* \\_this\\_', '*not* _this_'],
    ['`a*b*` ``c`d``', '{code:a*b*} {code:c`d}'],
    ['```inline``` x', '{code:inline} x'],
    ['**`code`**', '{strong+code:code}'],
  ])('reads %s', (text, want) => {
    expect(shown(text)).toBe(want);
  });

  it.each([
    ['[Docs](https://x.test/a_(b))', '{link:Docs(https://x.test/a_(b))}'],
    [
      'see https://x.test/a_(b), or (https://x.test/c).',
      'see {link:https://x.test/a_(b)}, or ({link:https://x.test/c}).',
    ],
    ['**https://x.test/__b__**', '{strong+link:https://x.test/__b}{strong:__}'],
    ['<https://x.test/?a=1&b=2>', '{link:https://x.test/?a=1&b=2}'],
    ['![Cat](https://x.test/c.png "a cat")', '{link:Cat(https://x.test/c.png)}'],
    ['[**Bold** label](<https://x.test/>)', '{link:Bold label(https://x.test/)}'],
    [
      '[mail](mailto:a@x.test) [call](tel:+15550100)',
      '{link:mail(mailto:a@x.test)} {link:call(tel:+15550100)}',
    ],
    ['[[1]](https://x.test)', '{link:[1](https://x.test)}'],
  ])('reads the links of %s', (text, want) => {
    expect(shown(text)).toBe(want);
  });

  it.each([
    ['a\n```js\nlet a;\n\n  b\n```\nc', 'a\n{fence:let a;\n\n  b}\nc'],
    ['```\n**x**', '{fence:**x**}'],
    ['~~~\n```\n~~~', '{fence:```}'],
    ['```let a = 1;\nb```\nc', '{fence:let a = 1;\nb}\nc'],
    ['````\n```\n````', '{fence:```}'],
    ['```\n```', ''],
  ])('reads the code block of %j', (text, want) => {
    expect(shown(text)).toBe(want);
  });

  it('loses only marks, whatever the text is', () => {
    const bare = (text: string): string => text.replace(/[\s*_~`[\]()#<>|!\\"']/g, '');
    const piece = fc.constantFrom(
      '*',
      '**',
      '_',
      '__',
      '~~',
      '`',
      '[',
      '](',
      ')',
      '\\',
      '!',
      '<',
      '>',
      'a',
      'é',
      '漢',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        expect(
          bare(
            readMarkup(text)
              .map((run) => run.text)
              .join(''),
          ),
        ).toBe(bare(text));
      }),
    );
  });

  it('keeps each style once, however deep its marks are nested', () => {
    expect(shown('**a _b **c _d_** e_ f** g')).toBe(shown('**a _b c d e_ f** g'));
    const deep = readMarkup(' **a _b'.repeat(6000) + ' c_ d**'.repeat(6000));
    expect(Math.max(...deep.map(({ styles }) => styles.length))).toBe(2);
  });

  it.each([
    '*',
    '**a',
    '_a*',
    '***a',
    '~~',
    '[',
    '[a](',
    '[a](http://x(',
    '[a](http://x "',
    '[[a](http://x)',
    '[[[a](http://x)](http://x)](http://x)',
    '`',
    '``a`',
    '```',
    '~~~x\n',
    '<http://x',
    'http://x)',
    '\\',
    '# ',
    ' ',
    'é**',
    ' é',
    '``` ',
    '[a](x ',
    '! ',
  ])('is linear on 100 KB of %j', (mark) => {
    const started = process.cpuUsage();
    const all = mark.repeat(100_000 / mark.length);
    for (const hostile of [all, `\`\`\`${all}é`, `\`\`\`\n${all}x\`\`\``, `[a](http://x${all}`])
      readMarkup(hostile);
    readMarkup(`# ${'('.repeat(mark.length)}${mark.repeat(100_000 / mark.length)}`);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  });
});
