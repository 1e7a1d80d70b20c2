import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, capabilitiesOf, SEND_LIMITS } from '@skein/contracts';
import type { Capabilities, ChannelKind } from '@skein/contracts';
import { capabilitiesFor } from '../capabilities-for.js';
import { parseText } from '../parse/parse-text.js';
import { contentOfAction } from './content-of-action.js';
import { outputRule } from './output-rule.js';
import type { JsonSchema } from './schema.js';
import { SEND_ACTION_NAMES, sendActions } from './send-actions.js';

const table = (kind: ChannelKind): Capabilities => capabilitiesOf(kind) as Capabilities;
const AFTER = ['send_reaction', 'edit_message'];
const names = (kind: ChannelKind): string[] => sendActions(table(kind)).map(({ name }) => name);

describe('R7: the tools of a channel', () => {
  it.each<[ChannelKind, string[]]>([
    ['sms', ['send_text', 'send_file']],
    ['email', ['send_text', 'send_file', 'send_email']],
    ['whatsapp', ['send_text', 'send_buttons', 'send_list', 'send_link', 'send_file', 'send_template']],
    ['messenger', ['send_text', 'send_buttons', 'send_cards', 'send_link', 'send_file']],
    ['telegram', ['send_text', 'send_buttons', 'send_link', 'send_file']],
    ['web-chat', ['send_text', 'send_buttons', 'send_list', 'send_cards', 'send_file']],
  ])('%s has what it can show', (kind, want) => {
    expect(names(kind).filter((name) => !AFTER.includes(name))).toEqual(want);
  });

  it.each(Object.values(CAPABILITIES))(
    'reacts and changes where the platform does: $kind',
    (capabilities) => {
      const { reactions, edits } = capabilities;
      expect(names(capabilities.kind).filter((name) => AFTER.includes(name))).toEqual([
        ...(reactions.out ? ['send_reaction'] : []),
        ...(edits.out ? ['edit_message'] : []),
      ]);
    },
  );

  it('states the limits of the kind', () => {
    const buttons = sendActions(table('whatsapp')).find(({ name }) => name === 'send_buttons');
    expect(buttons?.description).toContain('up to 3 buttons');
    expect(buttons?.parameters).toMatchObject({
      type: 'object',
      required: ['text', 'buttons'],
      additionalProperties: false,
      properties: {
        buttons: {
          maxItems: 3,
          items: { required: ['id', 'label'], properties: { label: { maxLength: 20 } } },
        },
      },
    });
    const telegram = sendActions(table('telegram')).find(({ name }) => name === 'send_buttons');
    expect(JSON.stringify(telegram)).toContain('At most 64 bytes.');
    expect(
      sendActions(table('teams')).find(({ name }) => name === 'send_file')?.parameters.properties['media'],
    ).toEqual({
      type: 'string',
      enum: ['image'],
    });
    expect(sendActions(capabilitiesFor(table('sms'), { textOnly: true })).map(({ name }) => name)).toEqual([
      'send_text',
    ]);
  });

  it.each(Object.values(CAPABILITIES))(
    'is valid JSON Schema within the bounds of a request: $kind',
    (capabilities) => {
      const check = (schema: JsonSchema): void => {
        if (schema.type === 'string')
          expect(schema.maxLength ?? 0).toBeLessThanOrEqual(SEND_LIMITS.textBytes);
        if (schema.type === 'array') check(schema.items);
        if (schema.type !== 'object') return;
        expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(schema.required));
        Object.values(schema.properties).forEach(check);
      };
      const actions = sendActions(capabilities);
      for (const { parameters } of actions) check(parameters);
      expect(new Set(actions.map(({ name }) => name)).size).toBe(actions.length);
      expect(JSON.stringify(actions)).not.toMatch(/token|secret|credential/i);
    },
  );
});

describe('R7: a call is a send request', () => {
  it('has the content for every action', () => {
    const input = { text: 'Hi', media: 'image', url: 'https://x.test/i' };
    expect(SEND_ACTION_NAMES.map((name) => Object.keys(contentOfAction(name, input))[0])).toEqual([
      'text',
      'interactive',
      'interactive',
      'text',
      'interactive',
      'image',
      'email',
      'template',
      'reaction',
      'edit',
    ]);
    expect(contentOfAction('send_file', input)).toEqual({ image: { text: 'Hi', url: 'https://x.test/i' } });
  });

  it('writes cards that are read back as they were, whatever is in them', () => {
    const cards = [
      { title: 'One\n:::\n::: actions', subtitle: '## two\n:::', imageUrl: 'https://x.test/i.png' },
      { title: 'Two' },
    ];
    const { text } = contentOfAction('send_cards', { cards });
    expect(parseText(String(text))).toMatchObject({
      losses: [],
      components: [
        {
          type: 'list',
          layout: 'horizontal',
          items: [{ title: 'One ::: ::: actions', imageUrl: 'https://x.test/i.png' }, { title: 'Two' }],
        },
      ],
    });
  });
});

describe('R7, R6: the output rule', () => {
  it('says what a channel shows', () => {
    expect(outputRule(table('whatsapp'))).toBe(
      'You write to a person on WhatsApp. Write Markdown: **bold**, _italic_, ~~strike~~ and code are shown, links as addresses. ' +
        'A text over 4096 characters is sent in several messages, so be brief. ' +
        'It shows up to 3 buttons (labels of 20), lists of up to 10 rows, forms (flows), images, videos, audio and files.',
    );
    expect(outputRule(capabilitiesFor(table('sms'), { textOnly: true }))).toBe(
      'You write to a person on SMS. Write plain text: Markdown is not shown. ' +
        'A text over 1600 characters (UTF-16) is sent in several messages, so be brief. ' +
        'Choices are shown as numbered lines, and the person answers with a number. A file is shown as a link.',
    );
    expect(outputRule(table('web-chat'))).toContain('Every component in a ::: block is shown as it is.');
  });

  it.each(Object.values(CAPABILITIES))('is one short paragraph: $kind', (capabilities) => {
    expect(outputRule(capabilities)).toMatch(/^You write to [^\n]{50,600}\.$/);
  });
});
