import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, capabilitiesOf } from '@skein/contracts';
import type { Capabilities, ChannelKind, MessageContent } from '@skein/contracts';
import { capabilitiesFor } from '../capabilities-for.js';
import { fits } from '../fits.js';
import { planParts } from './plan-parts.js';
import type { Plan, PlanContext } from './plan.js';

type Kind = keyof typeof CAPABILITIES;
const KINDS = Object.keys(CAPABILITIES) as Kind[];
const table = (kind: ChannelKind): Capabilities => capabilitiesOf(kind) as Capabilities;

function plan(kind: Kind | Capabilities, content: MessageContent, context: PlanContext = {}): Plan {
  const capabilities = typeof kind === 'string' ? table(kind) : kind;
  const made = planParts(content, capabilities, context);
  if ('refusal' in made) throw new Error(made.refusal.detail);
  expect(made.parts.filter((part) => !fits(part, capabilities))).toEqual([]);
  return made;
}
const block = (name: string, ...body: string[]): string => [`::: ${name}`, ...body, ':::'].join('\n');
const actions = (...lines: string[]): string => block('actions', ...lines.map((line) => `- ${line}`));
const types = ({ parts }: Plan): string[] => parts.map(({ type }) => type);
const effects = ({ losses }: Plan): string[] =>
  losses.map(({ component, effect }) => `${component} ${effect}`);

const SURE = `**Sure?** 2 < 3\n${actions('[Yes](yes)', '[No](no)')}`;

describe('P16, R6: text and buttons', () => {
  it.each<[Kind, string]>([
    ['whatsapp', '*Sure?* 2 < 3'],
    ['messenger', 'Sure? 2 < 3'],
    ['instagram', 'Sure? 2 < 3'],
    ['slack', '*Sure?* 2 &lt; 3'],
    ['telegram', '<b>Sure?</b> 2 &lt; 3'],
    ['discord', '**Sure?** 2 \\< 3'],
    ['teams', '**Sure?** 2 &lt; 3'],
  ])('%s shows both in one part', (kind, text) => {
    const buttons = [
      { id: 'yes', label: 'Yes' },
      { id: 'no', label: 'No' },
    ];
    expect(plan(kind, { text: SURE })).toMatchObject({
      parts: [{ type: 'buttons', text, buttons }],
      losses: [],
    });
  });

  it('SMS asks for a number, which means the same id', () => {
    expect(plan('sms', { text: SURE })).toMatchObject({
      parts: [{ type: 'text', text: 'Sure? 2 < 3\n\nReply with a number:\n1. Yes\n2. No' }],
      choices: [
        { number: 1, id: 'yes', label: 'Yes' },
        { number: 2, id: 'no', label: 'No' },
      ],
      losses: [{ component: 'actions', effect: 'downgraded' }],
    });
  });

  it('e-mail asks for a number in both bodies', () => {
    const made = plan('email', { text: SURE });
    expect(made.parts).toMatchObject([
      { type: 'email', text: 'Sure? 2 < 3\n\nReply with a number:\n1. Yes\n2. No' },
    ]);
    expect(made.choices[1]).toMatchObject({ number: 2, id: 'no' });
  });

  it('web chat gets the components, text in its own marks, and the words', () => {
    expect(plan('web-chat', { text: SURE })).toMatchObject({
      parts: [
        {
          type: 'components',
          components: [
            { type: 'text', text: '**Sure?** 2 < 3' },
            { type: 'actions', actions: [{ id: 'yes' }, { id: 'no' }] },
          ],
          text: 'Sure? 2 < 3\n[Yes] [No]',
        },
      ],
      losses: [],
      choices: [],
    });
  });

  it('Telegram never cuts an id: one of more than 64 bytes is asked for by number', () => {
    const fitting = '漢'.repeat(21);
    expect(types(plan('telegram', { text: actions(`[A](${fitting})`) }))).toEqual(['buttons']);
    const long = '漢'.repeat(22);
    const made = plan('telegram', { text: actions(`[A](${long})`, '[B](b)') });
    expect(made.parts).toEqual([{ type: 'text', text: 'Reply with a number:\n1. A\n2. B' }]);
    expect(made.choices).toEqual([
      { number: 1, id: long, label: 'A' },
      { number: 2, id: 'b', label: 'B' },
    ]);
  });

  it('numbers are one row over the whole message', () => {
    const { parts, choices } = plan('sms', { text: `${SURE}\n${block('list-item', '# Third')}` });
    expect(JSON.stringify(parts)).toContain('2. No');
    expect(JSON.stringify(parts)).toContain('3. Third');
    expect(choices.map(({ number }) => number)).toEqual([1, 2, 3]);
  });
});

const ITEM = (name: string, title: string): string =>
  block(name, '![i](https://x.test/i.png)', `# ${title}`, `about ${title}`);

describe('P16, R6: lists and cards', () => {
  const vertical = { text: ['Pick', ITEM('list-item', 'One'), ITEM('list-item', 'Two')].join('\n') };
  const horizontal = {
    text: ['Pick', ITEM('horizontal-list-item', 'One'), ITEM('horizontal-list-item', 'Two')].join('\n'),
  };

  it.each<[Kind, string[], string[]]>([
    ['whatsapp', ['list'], ['list dropped']],
    ['messenger', ['text', 'cards'], ['list downgraded']],
    ['instagram', ['text', 'cards'], ['list downgraded']],
    ['slack', ['text', 'cards'], ['list downgraded']],
    ['telegram', ['buttons'], ['list downgraded']],
    ['sms', ['text'], ['list downgraded']],
    ['email', ['email'], ['list downgraded']],
    ['web-chat', ['components'], []],
    ['discord', ['list'], ['list dropped']],
  ])('%s: a vertical list', (kind, want, lost) => {
    const made = plan(kind, vertical);
    expect(types(made)).toEqual(want);
    expect(effects(made)).toEqual(lost);
  });

  it.each<[Kind, string[]]>([
    ['messenger', ['text', 'cards']],
    ['instagram', ['text', 'cards']],
    ['slack', ['text', 'cards']],
    ['teams', ['text', 'cards']],
    ['whatsapp', ['list']],
    ['telegram', ['buttons']],
    ['sms', ['text']],
    ['email', ['email']],
    ['web-chat', ['components']],
  ])('%s: a horizontal list', (kind, want) => {
    expect(types(plan(kind, horizontal))).toEqual(want);
  });

  it.each<[Kind, string[]]>([
    ['messenger', ['buttons']],
    ['instagram', ['buttons']],
    ['slack', ['list']],
    ['discord', ['list']],
    ['teams', ['list']],
    ['whatsapp', ['list']],
  ])('%s: a vertical list without pictures', (kind, want) => {
    expect(types(plan(kind, { text: `Pick\n${block('list-item', '# One', 'about')}` }))).toEqual(want);
  });

  it('a card has the picture, both lines and a button with the id of its item', () => {
    expect(plan('messenger', horizontal).parts[1]).toEqual({
      type: 'cards',
      cards: ['One', 'Two'].map((title) => ({
        title,
        subtitle: `about ${title}`,
        image: { url: 'https://x.test/i.png' },
        buttons: [{ id: title, label: 'Choose' }],
      })),
    });
  });

  it('where cards have no buttons, the choices follow', () => {
    const discord = table('discord');
    const without = { ...discord, cards: { ...(discord.cards as object), buttons: 0 } } as Capabilities;
    const made = plan(without, horizontal);
    expect(types(made)).toEqual(['text', 'cards', 'buttons']);
    expect(made.parts[2]).toMatchObject({ buttons: [{ id: 'One' }, { id: 'Two' }] });
    expect(effects(made)).toEqual(['list downgraded']);
  });

  it('more cards than one part holds are several parts', () => {
    const many = Array.from({ length: 12 }, (_, n) => block('horizontal-list-item', `# Item ${n}`)).join(
      '\n',
    );
    expect(
      plan('messenger', { text: many }).parts.map((part) => 'cards' in part && part.cards.length),
    ).toEqual([10, 2]);
  });

  it('a vertical list too long for buttons is cards on Messenger, numbers on Telegram', () => {
    const many = Array.from({ length: 11 }, (_, n) => block('list-item', `# Item ${n}`)).join('\n');
    expect(types(plan('messenger', { text: many }))).toEqual(['cards', 'cards']);
    const telegram = plan('telegram', { text: many });
    expect(types(telegram)).toEqual(['text']);
    expect(telegram.choices).toHaveLength(11);
  });
});

describe('P16, R6: tables', () => {
  const aligned = { text: block('table', 'a,bb', '1,"<2>"') };
  it.each<[Kind, string]>([
    ['whatsapp', '```\na  bb\n1  <2>\n```'],
    ['slack', '```\na  bb\n1  &lt;2&gt;\n```'],
    ['telegram', '<pre>a  bb\n1  &lt;2&gt;</pre>'],
    ['discord', '```\na  bb\n1  <2>\n```'],
    ['teams', '```\na  bb\n1  <2>\n```'],
    ['sms', 'a, bb\n1, <2>'],
    ['messenger', 'a, bb\n1, <2>'],
    ['instagram', 'a, bb\n1, <2>'],
  ])('%s', (kind, text) => {
    const made = plan(kind, aligned);
    expect(made.parts).toEqual([{ type: 'text', text }]);
    expect(effects(made)).toEqual(['table downgraded']);
  });

  it('too wide for a phone, it is lines', () => {
    expect(plan('slack', { text: block('table', `${'a'.repeat(40)},${'b'.repeat(40)}`) }).parts).toEqual([
      { type: 'text', text: `${'a'.repeat(40)}, ${'b'.repeat(40)}` },
    ]);
  });
});

describe('P16, R6: files', () => {
  const file = (media: 'image' | 'file'): MessageContent => ({
    media: [{ media, source: { url: 'https://x.test/f' }, caption: '**Look**', filename: 'f.pdf' }],
  });

  it.each<[Kind, string]>([
    ['whatsapp', '*Look*'],
    ['telegram', '<b>Look</b>'],
    ['slack', '*Look*'],
    ['discord', '**Look**'],
    ['sms', 'Look'],
  ])('%s: the caption goes with the file', (kind, caption) => {
    expect(plan(kind, file('image'))).toMatchObject({ parts: [{ type: 'media', caption }], losses: [] });
  });

  it.each<Kind>(['messenger', 'instagram', 'teams'])('%s: the caption is a text after the file', (kind) => {
    const made = plan(kind, file('image'));
    expect(types(made)).toEqual(['media', 'text']);
    expect(effects(made)).toEqual(['media downgraded']);
  });

  it('a file that the kind does not carry is a link', () => {
    expect(plan('teams', file('file'))).toMatchObject({
      parts: [{ type: 'text', text: '**Look**  \n[f.pdf](https://x.test/f)' }],
      losses: [{ component: 'media', effect: 'downgraded' }],
    });
  });

  it('a text-only account sends links; a stored file needs its public address', () => {
    const textOnly = capabilitiesFor(table('sms'), { textOnly: true });
    expect(plan(textOnly, file('image')).parts).toEqual([
      { type: 'text', text: 'Look\nf.pdf: https://x.test/f' },
    ]);
    const stored: MessageContent = {
      media: [{ media: 'image', source: { mediaId: 'm1' }, filename: 'f.png' }],
    };
    expect(plan(textOnly, stored)).toMatchObject({
      parts: [{ text: 'f.png' }],
      losses: [{ component: 'media', effect: 'dropped', detail: 'image m1' }],
    });
    expect(plan(textOnly, stored, { fileUrl: (id) => `https://files.test/${id}` })).toMatchObject({
      parts: [{ text: 'f.png: https://files.test/m1' }],
      losses: [{ effect: 'downgraded' }],
    });
    expect(capabilitiesFor(table('sms'), {})).toBe(table('sms'));
  });
});

describe('P16, R6: everything at once', () => {
  const everything: MessageContent = {
    text: [
      '# Hello',
      actions('Yes'),
      ITEM('list-item', 'One'),
      block('links', '[Docs](https://x.test/d)', '[Mail](mailto:a@x.test)'),
      block('images', '![Cat](https://x.test/c.jpg)'),
      block('documents', '[Bill](https://x.test/b.pdf)'),
      block('payment', '[Pay](https://pay.test/1)'),
      block('flow', 'flow_id=7', 'flow_cta=Start', 'header=Head', 'body=Body', 'footer=Foot', 'x=y'),
      block('navigate', '[Cart](/cart)'),
      block('table', 'a,b'),
      block('unknown', 'x'),
    ].join('\n'),
  };
  const SEEN = [
    'Hello',
    'Yes',
    'One',
    'x.test/d',
    'a@x.test',
    'x.test/c.jpg',
    'x.test/b.pdf',
    'pay.test/1',
    'Body',
    'Cart',
    'unknown',
  ];

  it.each(KINDS)('%s', (kind) => {
    const made = planParts(everything, table(kind));
    if ('refusal' in made) {
      expect(made.refusal.code).toBe('payload_too_large');
      return;
    }
    expect(made.parts.filter((part) => !fits(part, table(kind)))).toEqual([]);
    const shown = JSON.stringify(made.parts);
    for (const one of SEEN) expect(shown).toContain(one);
    expect(made.losses).toContainEqual({
      component: 'unknown',
      effect: 'literal',
      detail: 'block is unknown',
    });
  });
});

describe('P16: reactions and changes', () => {
  const target = { messageId: 'm' };
  it('a reaction is set and taken back where the platform has reactions', () => {
    for (const emoji of ['👍', '']) {
      expect(plan('slack', { reaction: { ...target, emoji } }, { reactTo: 'C1:1' }).parts).toEqual([
        { type: 'reaction', providerMessageId: 'C1:1', emoji },
      ]);
    }
    const refused = (kind: Kind, context: PlanContext): unknown =>
      planParts({ reaction: { ...target, emoji: '👍' } }, table(kind), context);
    expect(refused('sms', { reactTo: 'x' })).toMatchObject({ refusal: { code: 'not_supported' } });
    expect(refused('slack', {})).toMatchObject({ refusal: { code: 'not_found' } });
  });

  it.each<[Kind, string]>([
    ['telegram', '<b>New</b>'],
    ['slack', '*New*'],
    ['discord', '**New**'],
    ['teams', '**New**'],
    ['web-chat', '**New**'],
  ])('%s: a change is one text in its dialect', (kind, text) => {
    expect(plan(kind, { edit: { ...target, text: '**New**' } }, { editOf: 'p1' })).toEqual({
      parts: [{ type: 'edit', providerMessageId: 'p1', text }],
      losses: [],
      choices: [],
      text: '**New**',
    });
  });

  it('a change holds text only, in one part', () => {
    const edit = (text: string, kind: Kind = 'discord', context: PlanContext = { editOf: 'p1' }): unknown =>
      planParts({ edit: { ...target, text } }, table(kind), context);
    expect(edit(SURE)).toMatchObject({
      parts: [{ type: 'edit', text: '**Sure?** 2 \\< 3\n\nReply with a number:\n1\\. Yes\n2\\. No' }],
      losses: [{ component: 'actions', effect: 'downgraded' }],
      choices: [{ id: 'yes' }, { id: 'no' }],
    });
    expect(edit('word '.repeat(1000))).toMatchObject({ refusal: { code: 'payload_too_large' } });
    expect(edit(' ')).toMatchObject({ refusal: { code: 'invalid_request' } });
    expect(edit('x', 'whatsapp')).toMatchObject({ refusal: { code: 'not_supported' } });
    expect(edit('x', 'slack', {})).toMatchObject({ refusal: { code: 'not_found' } });
  });
});

describe('P16: web chat', () => {
  it('splits what is too long for one part, and keeps the order', () => {
    const made = plan('web-chat', { text: `${'word '.repeat(5000)}\n${actions('Yes')}` });
    expect(types(made)).toEqual(['components', 'components', 'components']);
    expect(made.parts.at(-1)).toMatchObject({ components: [{ type: 'text' }, { type: 'actions' }] });
  });

  it('writes captions in its marks, and files it does not carry as links', () => {
    const media: MessageContent = {
      media: [{ media: 'image', source: { url: 'https://x.test/i.png' }, caption: '*Look* a_b' }],
    };
    expect(plan('web-chat', media).parts).toMatchObject([
      { components: [{ type: 'media', caption: '_Look_ a\\_b' }] },
    ]);
    const textOnly = capabilitiesFor(table('web-chat'), { textOnly: true });
    expect(plan(textOnly, media).parts).toMatchObject([
      { components: [{ type: 'text', text: '_Look_ a\\_b\nhttps://x.test/i.png' }] },
    ]);
  });
});
