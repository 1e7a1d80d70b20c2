import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf } from '@skein/contracts';
import type { Capabilities, MessageContent } from '@skein/contracts';
import { planParts } from './plan-parts.js';
import type { Plan, PlanContext } from './plan.js';

const whatsapp = capabilitiesOf('whatsapp') as Capabilities;
const email = capabilitiesOf('email') as Capabilities;
const text: Capabilities = {
  ...whatsapp,
  dialect: 'plain',
  media: {},
  buttons: undefined,
  list: undefined,
  link: undefined,
  flow: undefined,
};

function plan(content: MessageContent, capabilities = whatsapp, context: PlanContext = {}): Plan {
  const made = planParts(content, capabilities, context);
  if ('refusal' in made) throw new Error(made.refusal.detail);
  return made;
}
const actions = (...labels: string[]): string =>
  ['::: actions', ...labels.map((label) => `- ${label}`), ':::'].join('\n');

describe('P9: several things said one after the other', () => {
  const media = [{ media: 'image' as const, source: { url: 'https://x.test/a.jpg' } }];
  const said: MessageContent = { parts: [{ text: 'One' }, { text: 'Two', media }, { text: actions('Yes') }] };

  it('gives each a part of its own, in order', () => {
    const { parts, text: preview } = plan(said);
    expect(parts.map(({ type }) => type)).toEqual(['text', 'text', 'media', 'buttons']);
    expect(parts[0]).toEqual({ type: 'text', text: 'One' });
    expect(preview).toBe('One\nTwo\n[image]\n[Yes]');
  });

  it('makes one mail of them', () => {
    const [mail, ...more] = plan(said, email).parts;
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: 'One', attachments: [{ media: 'image' }] });
    const words = (mail as { text: string }).text;
    expect(['One', 'Two', 'Yes'].map((word) => words.indexOf(word))).toEqual(
      ['One', 'Two', 'Yes'].map((word) => words.indexOf(word)).sort((a, b) => a - b),
    );
    expect(words).toMatch(/^One\n\nTwo/);
  });
});

describe('P16, R6: WhatsApp', () => {
  it('puts text and up to three actions into one part', () => {
    expect(plan({ text: `**Sure?**\n${actions('Yes', '[No](n)')}` })).toMatchObject({
      parts: [
        {
          type: 'buttons',
          text: '*Sure?*',
          buttons: [
            { id: 'Yes', label: 'Yes' },
            { id: 'n', label: 'No' },
          ],
        },
      ],
      losses: [],
      choices: [],
    });
  });

  it('goes from buttons to a list to numbered text', () => {
    expect(plan({ text: actions('1', '2', '3', '4') })).toMatchObject({
      parts: [{ type: 'list', rows: [{}, {}, {}, {}] }],
      losses: [{ component: 'actions', effect: 'downgraded' }],
    });
    const many = plan({ text: actions(...Array.from({ length: 11 }, (_, n) => `[L${n}](id${n})`)) });
    expect(many.parts).toMatchObject([{ type: 'text' }]);
    expect(many.choices[1]).toEqual({ number: 2, id: 'id1', label: 'L1' });
    expect(many.losses).toMatchObject([{ component: 'actions', effect: 'downgraded' }]);
  });

  it('shortens labels, and numbers equal ones', () => {
    const made = plan({ text: actions('x'.repeat(100), '[Same](a)', '[Same](b)') });
    expect(made.parts).toMatchObject([
      { buttons: [{ label: `${'x'.repeat(19)}…` }, { label: 'Same' }, { label: 'Same 2' }] },
    ]);
    expect(made.losses).toHaveLength(2);
  });

  it('sends long text before the buttons', () => {
    const { parts } = plan({ text: `${'word '.repeat(1500)}\n${actions('Yes')}` });
    expect(parts.map(({ type }) => type)).toEqual(['text', 'text', 'buttons']);
    expect(parts.at(-1)).toMatchObject({
      text: 'word '
        .repeat(205)
        .slice(0, 1019 + 5)
        .trim(),
    });
  });

  it('sends files, flows, links and tables', () => {
    const { parts, losses } = plan({
      text: '::: images\n![Cat](https://x.test/c.jpg)\n:::\n::: links\n[Docs](https://x.test)\n:::\n::: flow\nflow_id=7\nbody=Hi\n:::\n::: table\na,bb\n1,2\n:::',
      media: [{ media: 'audio', source: { mediaId: 'm' }, caption: 'Listen' }],
    });
    expect(parts).toEqual([
      { type: 'media', media: 'image', source: { url: 'https://x.test/c.jpg' }, caption: 'Cat' },
      { type: 'link', text: 'Docs', label: 'Docs', url: 'https://x.test' },
      { type: 'flow', text: 'Hi', flowId: '7', cta: 'Open' },
      { type: 'text', text: '```\na  bb\n1  2\n```' },
      { type: 'media', media: 'audio', source: { mediaId: 'm' } },
      { type: 'text', text: 'Listen' },
    ]);
    expect(losses.map(({ component }) => component)).toEqual(['table', 'media']);
  });

  it("writes its marks and keeps the caller's own", () => {
    const made = plan({ text: '*mine* _own_ ~~gone~~ [a](https://x.test/__b__) `**c**` # no\n# Head' });
    expect(made.parts).toEqual([
      { type: 'text', text: '*mine* _own_ ~gone~ a: https://x.test/__b__ `**c**` # no\n*Head*' },
    ]);
  });

  it('sends templates and reactions as they are, interactive content natively', () => {
    const template = { name: 'hello', language: 'en' };
    expect(plan({ template, messageContext: 'Hello Ann' })).toMatchObject({
      parts: [{ type: 'template', template }],
      text: 'Hello Ann',
    });
    expect(
      plan({ reaction: { messageId: 'x', emoji: '👍' } }, whatsapp, { reactTo: 'wamid.1' }).parts,
    ).toEqual([{ type: 'reaction', providerMessageId: 'wamid.1', emoji: '👍' }]);
    const list = {
      type: 'list',
      text: 'Pick',
      button: 'Open',
      rows: [{ id: 'a', title: 'A', description: 'first' }],
    } as const;
    expect(plan({ interactive: { ...list, rows: [...list.rows] } }).parts).toEqual([list]);
  });

  it('refuses what can never fit', () => {
    expect(planParts({ text: 'word '.repeat(10_000) }, whatsapp)).toMatchObject({
      refusal: { code: 'payload_too_large' },
    });
    expect(planParts({ text: ' ' }, whatsapp)).toMatchObject({ refusal: { code: 'invalid_request' } });
    expect(planParts({ text: 'a' }, { ...whatsapp, dialect: 'none' as never })).toMatchObject({
      refusal: { code: 'not_supported' },
    });
    expect(planParts({ reaction: { messageId: 'x', emoji: '👍' } }, email)).toMatchObject({
      refusal: { code: 'not_supported' },
    });
  });
});

describe('P16, R6: a channel that has only text', () => {
  it('says everything in text, with losses', () => {
    const made = plan(
      {
        text: `Hi **you**\n${actions('Yes')}`,
        media: [{ media: 'file', source: { url: 'https://x.test/f' }, filename: 'f.pdf' }],
      },
      text,
    );
    expect(made.parts).toEqual([
      { type: 'text', text: 'Hi you\n\nReply with a number:\n1. Yes\n\nf.pdf: https://x.test/f' },
    ]);
    expect(made.losses).toHaveLength(2);
    expect(made.choices).toEqual([{ number: 1, id: 'Yes', label: 'Yes' }]);
  });
});
