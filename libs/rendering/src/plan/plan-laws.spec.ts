import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capabilitiesOf } from '@skein/contracts';
import type { Capabilities, MessageContent } from '@skein/contracts';
import { componentsOf } from '../components-of.js';
import { fits } from '../fits.js';
import { planParts } from './plan-parts.js';

const whatsapp = capabilitiesOf('whatsapp') as Capabilities;
const email = capabilitiesOf('email') as Capabilities;
const bare: Capabilities = {
  ...whatsapp,
  dialect: 'plain',
  text: { max: 160, unit: 'utf16' },
  media: {},
  buttons: undefined,
  list: undefined,
  link: undefined,
  flow: undefined,
};
const tables = fc.constantFrom(whatsapp, email, bare);

const word = fc.stringMatching(/^[A-Za-z0-9é漢]{1,30}$/);
const url = fc.stringMatching(/^[a-z0-9]{1,20}$/).map((path) => `https://x.test/${path}`);
const link = fc.tuple(word, url).map(([label, to]) => `[${label}](${to})`);
const body = (name: string, lines: fc.Arbitrary<string[]>): fc.Arbitrary<string> =>
  lines.map((all) => [`::: ${name}`, ...all, ':::'].join('\n'));
const some = <T>(one: fc.Arbitrary<T>, max = 4): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength: max });
const piece = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' ')),
  body(
    'actions',
    some(
      word.map((label) => `- ${label}`),
      12,
    ),
  ),
  body(
    'list-item',
    fc.tuple(word, word).map(([title, subtitle]) => [`# ${title}`, `## ${subtitle}`]),
  ),
  body(
    'horizontal-list-item',
    fc.tuple(word, url).map(([title, image]) => [`![i](${image})`, `# ${title}`]),
  ),
  ...['links', 'images', 'documents'].map((name) => body(name, some(link, 2))),
  body('payment', some(link, 1)),
  body(
    'navigate',
    some(
      word.map((label) => `[${label}](/${label})`),
      1,
    ),
  ),
  body(
    'flow',
    fc.tuple(word, word).map(([id, text]) => [`flow_id=${id}`, `body=${text}`]),
  ),
  body('table', some(fc.tuple(word, word).map((cells) => cells.join(',')))),
  body('unknown', some(word)),
);
const content: fc.Arbitrary<MessageContent> = some(piece, 6).map((pieces) => ({ text: pieces.join('\n') }));

/** Every word and address that a person should see. */
function wordsOf(given: MessageContent): { type: string; words: string[] }[] {
  return componentsOf(given).components.map(({ type, ...rest }) => {
    const values: string[] = [];
    JSON.stringify(rest, (key, value: unknown) => {
      if (
        typeof value === 'string' &&
        !['id', 'layout', 'media', 'path', 'flow_id', 'imageUrl'].includes(key)
      )
        values.push(value);
      return value;
    });
    return { type, words: values.flatMap((value) => value.split(/\s+/)) };
  });
}

describe('P16, R6: laws of rendering', () => {
  it('every part fits the capability table', () => {
    fc.assert(
      fc.property(content, tables, (given, table) => {
        const made = planParts(given, table);
        if ('refusal' in made) expect(made.refusal.code).toBe('payload_too_large');
        else expect(made.parts.every((part) => fits(part, table))).toBe(true);
      }),
    );
  });

  it('nothing disappears without a loss', () => {
    fc.assert(
      fc.property(content, tables, (given, table) => {
        const made = planParts(given, table);
        if ('refusal' in made) return;
        const shown = JSON.stringify(made.parts);
        for (const { type, words } of wordsOf(given)) {
          const missing = words.some((one) => !shown.includes(one));
          if (missing) expect(made.losses.map(({ component }) => component)).toContain(type);
        }
      }),
    );
  });

  it('renders the same bytes twice and never a control character', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          content,
          fc.string({ unit: 'binary' }).map((text) => ({ text })),
        ),
        tables,
        (given, table) => {
          const made = JSON.stringify(planParts(given, table));
          expect(JSON.stringify(planParts(given, table))).toBe(made);
          expect(made).not.toMatch(/\\u00[01]|[\u007F-\u009F]|\\u[dD][89a-fA-F]/);
        },
      ),
    );
  });

  it('is linear on 100 KB of marks', () => {
    for (const mark of [
      '*',
      '**a',
      '_',
      '~~',
      '[',
      '[a](',
      '[a](http://x(',
      '`',
      '```',
      '<',
      '# ',
      ' _a',
      '*a ',
    ]) {
      for (const table of [whatsapp, email]) {
        const started = performance.now();
        planParts({ text: mark.repeat(100_000 / mark.length) }, table);
        expect([mark, performance.now() - started < 2500]).toEqual([mark, true]);
      }
    }
  });
});
