import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CAPABILITIES } from '@skein/contracts';
import type { Capabilities, MessageContent } from '@skein/contracts';
import { capabilitiesFor } from '../capabilities-for.js';
import { componentsOf } from '../components-of.js';
import { fits } from '../fits.js';
import { planParts } from './plan-parts.js';
import type { Plan } from './plan.js';

const KINDS = Object.values(CAPABILITIES);
/** A table with no more than short text, and every kind's account that carries text only. */
const bare: Capabilities = {
  ...(CAPABILITIES.whatsapp as Capabilities),
  dialect: 'plain',
  text: { max: 160, unit: 'utf16' },
  media: {},
  buttons: undefined,
  list: undefined,
  link: undefined,
  flow: undefined,
};
const TABLES = [...KINDS, ...KINDS.map((table) => capabilitiesFor(table, { textOnly: true })), bare];
const tables = fc.constantFrom(...TABLES);

const word = fc.stringMatching(/^[A-Za-z0-9é漢]{1,30}$/);
const url = fc.stringMatching(/^[a-z0-9]{1,20}$/).map((path) => `https://x.test/${path}`);
const link = fc.tuple(word, url).map(([label, to]) => `[${label}](${to})`);
const body = (name: string, lines: fc.Arbitrary<string[]>): fc.Arbitrary<string> =>
  lines.map((all) => [`::: ${name}`, ...all, ':::'].join('\n'));
const some = <T>(one: fc.Arbitrary<T>, max = 4): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength: max });
const marked = fc
  .tuple(fc.constantFrom('', '**', '_', '~~', '`', '***'), word)
  .map(([mark, said]) => mark + said + [...mark].reverse().join(''));
const action = fc.oneof(
  word.map((label) => `- ${label}`),
  fc.tuple(word, fc.stringMatching(/^[A-Za-z0-9é漢:]{1,90}$/)).map(([label, id]) => `- [${label}](${id})`),
);
const item = (name: string): fc.Arbitrary<string> =>
  body(
    name,
    fc
      .tuple(word, fc.option(word), fc.option(url))
      .map(([title, subtitle, image]) => [
        ...(image === null ? [] : [`![i](${image})`]),
        `# ${title}`,
        ...(subtitle === null ? [] : [`## ${subtitle}`]),
      ]),
  );
const piece = fc.oneof(
  fc.array(marked, { minLength: 1, maxLength: 60 }).map((words) => words.join(' ')),
  body('actions', some(action, 14)),
  some(item('list-item'), 12).map((items) => items.join('\n')),
  some(item('horizontal-list-item'), 12).map((items) => items.join('\n')),
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
    fc
      .tuple(word, word, word, word)
      .map(([id, text, head, foot]) => [
        `flow_id=${id}`,
        `body=${text}`,
        `header=${head}${head}${head}`,
        `footer=${foot}`,
      ]),
  ),
  body('table', some(fc.tuple(word, word).map((cells) => cells.join(',')))),
  body('unknown', some(word)),
);
const file = fc.record({
  media: fc.constantFrom('image' as const, 'video' as const, 'audio' as const, 'file' as const),
  source: fc.oneof(
    url.map((to) => ({ url: to })),
    word.map((mediaId) => ({ mediaId })),
  ),
  caption: word,
  filename: word,
});
const interactive = fc.oneof(
  fc.record({
    type: fc.constant('buttons' as const),
    text: word,
    buttons: some(fc.record({ id: word, label: word }), 12),
  }),
  fc.record({
    type: fc.constant('list' as const),
    text: word,
    button: word,
    rows: some(fc.record({ id: word, title: word, description: word }), 12),
  }),
  fc.record({ type: fc.constant('link' as const), text: word, label: word, url }),
);
const content: fc.Arbitrary<MessageContent> = fc.record(
  { text: some(piece, 6).map((pieces) => pieces.join('\n')), media: some(file, 2), interactive },
  { requiredKeys: ['text'] },
);

function planned(given: MessageContent, table: Capabilities): Plan | undefined {
  const made = planParts(given, table);
  if (!('refusal' in made)) return made;
  expect(made.refusal.code).toBe('payload_too_large');
  return undefined;
}

/** Every word and address that a person should see. */
function wordsOf(given: MessageContent): { type: string; words: string[] }[] {
  const hidden = ['type', 'id', 'layout', 'media', 'mediaId', 'path', 'flow_id', 'button'];
  return componentsOf(given).components.map((component) => {
    const values: string[] = [];
    JSON.stringify(component, (key, value: unknown) => {
      if (typeof value === 'string' && !hidden.includes(key)) values.push(value);
      return value;
    });
    const words = values.flatMap((value) => value.split(/[\s*_~`]+/)).filter((one) => one !== '');
    return { type: component.type, words };
  });
}

/** The ids that a person can choose, as they were sent. */
function idsOf(given: MessageContent): string[] {
  return componentsOf(given).components.flatMap((component) => {
    if (component.type === 'actions') return component.actions.map(({ id }) => id);
    return component.type === 'list' ? component.items.map(({ id }) => id) : [];
  });
}

describe('P16, R6: laws of rendering on every kind', () => {
  it('knows every kind', () => expect(KINDS).toHaveLength(Object.keys(CAPABILITIES).length));

  it('every part fits the capability table', () => {
    fc.assert(
      fc.property(content, tables, (given, table) => {
        expect(planned(given, table)?.parts.filter((part) => !fits(part, table)) ?? []).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('nothing disappears without a loss', () => {
    fc.assert(
      fc.property(content, tables, (given, table) => {
        const made = planned(given, table);
        if (made === undefined) return;
        const shown = JSON.stringify(made.parts);
        for (const { type, words } of wordsOf(given)) {
          const missing = words.filter((one) => !shown.includes(one));
          if (missing.length > 0) expect(made.losses.map(({ component }) => component)).toContain(type);
        }
      }),
      { numRuns: 250 },
    );
  });

  it('every choice can be made: by a press with its id, or by a number of its own that the text shows', () => {
    fc.assert(
      fc.property(content, tables, (given, table) => {
        const made = planned(given, table);
        if (made === undefined) return;
        const pressed: unknown[] = [];
        JSON.stringify(made.parts, (key, value: unknown) => (key === 'id' && pressed.push(value), value));
        const numbered = made.choices.map(({ id }) => id);
        for (const id of idsOf(given)) expect([...pressed, ...numbered]).toContain(id);
        expect(made.choices.map(({ number }) => number)).toEqual(made.choices.map((_, index) => index + 1));
        const shown = made.parts.map((part) => ('text' in part ? part.text : '')).join('\n');
        for (const { number, label } of made.choices)
          expect(shown).toMatch(new RegExp(`(?:^|\\n)${number}\\\\?\\. ${label}`));
      }),
      { numRuns: 250 },
    );
  });

  it('renders the same bytes twice and never half a character or a control character', () => {
    const binary = fc.string({ unit: 'binary' });
    const hostile: fc.Arbitrary<MessageContent> = fc.record(
      {
        text: binary,
        media: some(
          fc.record({
            media: fc.constant('image' as const),
            source: fc.constant({ url: 'https://x.test' }),
            caption: binary,
            filename: binary,
          }),
        ),
        interactive: fc.record({
          type: fc.constant('buttons' as const),
          text: binary,
          buttons: some(fc.record({ id: word, label: binary })),
        }),
        email: fc.record({ subject: binary }),
      },
      { requiredKeys: ['text'] },
    );
    fc.assert(
      fc.property(fc.oneof(content, hostile), tables, (given, table) => {
        const made = JSON.stringify(planParts(given, table));
        expect(JSON.stringify(planParts(given, table))).toBe(made);
        expect(made).not.toMatch(/\\u00[01]|[\u007F-\u009F]|\\u[dD][89a-fA-F]/);
      }),
      { numRuns: 200 },
    );
  });

  it.each(KINDS)('is linear on 12 KB of marks: $kind', (table) => {
    for (const mark of [
      '*',
      '**a',
      '_',
      '~~',
      '[',
      '[a](',
      '[a](http://x) ',
      '`',
      '```\n',
      '<',
      '# ',
      ' _a',
      '**a** ',
      '::: a\n',
    ]) {
      const started = process.cpuUsage();
      planParts({ text: mark.repeat(12_000 / mark.length) }, table);
      expect([mark, process.cpuUsage(started).user / 1000 < 1500]).toEqual([mark, true]);
    }
  });
});
