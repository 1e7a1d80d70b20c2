import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CAPABILITIES } from '@skein/contracts';
import type { Capabilities, DialectName } from '@skein/contracts';
import { literalIn } from '../literal-in.js';
import { planParts } from '../plan/plan-parts.js';
import { DIALECTS } from './dialect.js';

const piece = fc.oneof(
  fc.stringMatching(/^[A-Za-zé漢<>&"'\\*_~`|[\]@#!. -]{1,40}$/),
  fc.constantFrom(
    '\n',
    '\n\n',
    '**bold words _and more_ here** ',
    '~~gone & <b>~~ ',
    '`co<d>e & **x**` ',
    '\n```js\nlet a = "<b>" && c;\nmore\n```\n',
    '[label & <x> words](https://x.test/?a=1&b=2) ',
    'https://x.test/a_b_(c)?d=1&e=2 ',
    '**[in bold](https://x.test/x)** ',
    '<script>alert(1)</script> ',
    '@everyone <@1> ',
  ),
);
const text = fc.array(piece, { minLength: 1, maxLength: 30 }).map((all) => all.join(''));

/** The written texts of a message on a kind whose texts are short, so that they are cut often. */
function texts(said: string, kind: keyof typeof CAPABILITIES): string[] {
  const table = CAPABILITIES[kind] as Capabilities;
  const short = { ...table, text: { ...table.text, max: 90 } };
  const made = planParts({ text: said }, short);
  return 'refusal' in made ? [] : made.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

const laws = (kind: keyof typeof CAPABILITIES, law: (written: string) => void): void =>
  fc.assert(
    fc.property(text, (said) => texts(said, kind).forEach(law)),
    { numRuns: 300 },
  );

describe('P16: what is written can be read by the platform, also when it was cut', () => {
  it('Telegram: tags are balanced, entities are known, nothing else is HTML', () => {
    laws('telegram', (written) => {
      const open: string[] = [];
      const rest = written.replace(/<(\/?)([a-z]+)((?: href="[^"<>]*")?)>/g, (_all, end, tag: string) => {
        expect(['b', 'i', 's', 'code', 'pre', 'a']).toContain(tag);
        if (end) expect(open.pop()).toBe(tag);
        else open.push(tag);
        return '';
      });
      expect(open).toEqual([]);
      expect(rest).not.toMatch(/[<>"]|&(?!(?:amp|lt|gt|quot);)/);
    });
  });

  it('Slack: links are whole and nothing else is a token', () => {
    laws('slack', (written) => {
      const rest = written.replace(/<(?:https?:\/\/|mailto:|tel:)[^<>|\s]+(?:\|[^<>]+)?>/g, '');
      expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
    });
  });

  it.each(['whatsapp', 'slack', 'discord', 'teams'] as const)('%s: code blocks are closed', (kind) => {
    laws(kind, (written) => {
      let open: string | undefined;
      for (const line of written.split('\n').map((one) => one.trimEnd())) {
        if (open === line) open = undefined;
        else if (/^`{3,}$/.test(line)) open ??= line;
      }
      expect(open).toBeUndefined();
    });
  });

  it.each(['whatsapp', 'sms', 'messenger', 'discord', 'teams', 'telegram', 'slack'] as const)(
    '%s: an address is never cut',
    (kind) => {
      const target = 'https://x.test/a/long/way/to/go?with=words';
      const many = fc.array(
        fc.constantFrom(`${target} `, `[a label](${target}) `, 'some words ', '**b** ', '\n'),
        { maxLength: 20 },
      );
      fc.assert(
        fc.property(many, (pieces) => {
          const links = pieces.filter((one) => one.includes(target)).length;
          const written = texts(pieces.join(''), kind);
          if (written.length === 0) return;
          expect(written.join('').split(target)).toHaveLength(links + 1);
        }),
      );
    },
  );

  it('Discord: nobody is mentioned', () => {
    laws('discord', (written) => {
      // Code mentions nobody; a backtick with a backslash starts none.
      const prose = written.replace(/\\[^]|(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, (all, ticks?: string) =>
        ticks ? '' : all,
      );
      expect(prose).not.toMatch(/(?<!\\)<[@#]|@(?:everyone|here)/i);
    });
  });
});

describe('P16: a value meant as itself comes back as itself', () => {
  const value = fc
    .stringMatching(/^[A-Za-z0-9é漢<>&"'\\*_~`|[\]()@#!.>+\n -]{0,60}$/)
    .filter((one) => !one.includes('://'));
  const UNESCAPED: Partial<Record<DialectName, RegExp>> = {
    discord: /(?<!\\)(?:\\\\)*[*_~`|<[\]]/,
    teams: /(?<!\\)(?:\\\\)*[*_~`[\]]|<|&(?!(?:amp|lt);)/,
    markdown: /(?<!\\)(?:\\\\)*[*_~`[\]]/,
    slack: /[<>]|&(?!(?:amp|lt|gt);)/,
    telegram: /[<>"]|&(?!(?:amp|lt|gt|quot);)/,
  };
  const READ: Partial<Record<DialectName, (written: string) => string>> = {
    discord: (written) => written.replace(/\u200B/g, '').replace(/\\([\\*_~`|<[\]#>+.)-])/g, '$1'),
    teams: (written) => unescaped(written.replace(/ {2}\n/g, '\n').replace(/\\([\\*_~`[\]#>+.)-])/g, '$1')),
    markdown: (written) => written.replace(/\\([\\*_~`[\]])/g, '$1'),
    slack: unescaped,
    telegram: (written) => DIALECTS.telegram.counted?.(written) ?? '',
    plain: (written) => written,
    whatsapp: (written) => written,
  };

  it.each(Object.entries(READ))('%s', (name, read) => {
    const dialect = name as DialectName;
    fc.assert(
      fc.property(value, (said) => {
        const written = literalIn(dialect, said);
        expect(read(written)).toBe(said);
        const unescapedMark = UNESCAPED[dialect];
        if (unescapedMark) expect(written.replace(/\\./g, '')).not.toMatch(unescapedMark);
      }),
      { numRuns: 500 },
    );
  });
});

function unescaped(written: string): string {
  return written.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
