import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf, type SendCommand, type TemplateRow } from '@skein/contracts';
import type { LaneState } from '@skein/persistence';
import { decide, type PolicyFacts } from './decide.js';

const template = (
  name: string,
  category: TemplateRow['category'],
  more: Partial<TemplateRow> = {},
): TemplateRow => ({
  id: name,
  channelId: 'wa',
  name,
  language: 'en_US',
  category,
  status: 'approved',
  shape: { headerParams: 0, bodyParams: 0, buttons: [] },
  body: name,
  ...more,
});

const TEMPLATES = [
  template('ask_utility', 'utility'),
  template('ask_marketing', 'marketing'),
  template('two_values', 'utility', {
    shape: { header: 'image', headerParams: 0, bodyParams: 2, buttons: [] },
  }),
  template('waiting', 'utility', { status: 'pending' }),
  template('bilingual', 'utility'),
  template('bilingual', 'utility', { language: 'es_MX' }),
];

interface Case {
  command?: Partial<SendCommand>;
  lane?: Partial<LaneState>;
  settings?: PolicyFacts['channel']['settings'];
  purpose?: PolicyFacts['purpose'];
  kind?: 'whatsapp' | 'email';
  returnedAt?: Date;
}

function facts({
  command,
  lane,
  settings,
  purpose = 'message',
  kind = 'whatsapp',
  returnedAt,
}: Case): PolicyFacts {
  const capabilities = capabilitiesOf(kind);
  if (capabilities === undefined) throw new Error(`no capabilities for ${kind}`);
  return {
    command: {
      form: 1,
      to: { phoneNumber: '+447700900001' },
      content: { text: 'hi' },
      options: {},
      ...command,
    },
    purpose,
    channel: {
      id: 'ch',
      workspaceId: 'ws',
      kind,
      account: 'a',
      agentId: 'bot',
      name: 'n',
      status: 'active',
      settings: settings ?? { optInTemplates: { utility: 'ask_utility', marketing: 'ask_marketing' } },
    },
    capabilities,
    lane: {
      id: '1',
      channel_id: 'ch',
      address: '+447700900001',
      window_open: false,
      window_until: null,
      prompt_open: false,
      opted_out_purpose: null,
      choices: null,
      business_now: new Date(),
      ...lane,
    },
    templates: TEMPLATES,
    returnedAt: returnedAt ?? null,
  };
}

const use = (name: string, more: object = {}): Partial<SendCommand> => ({
  content: { template: { name, ...more } as NonNullable<SendCommand['content']['template']> },
});
const onClosed = (value: 'hold' | 'fail' | 'template', more: object = {}): Partial<SendCommand> => ({
  options: { whatsapp: { onClosedWindow: value, ...more } },
});

const HOUR = 3_600_000;
const at = (hours: number): Date => new Date(Date.UTC(2026, 0, 2) + hours * HOUR);

const CASES: [string, Case, object][] = [
  [
    'the platform said closed: its word beats the lane',
    { lane: { window_open: true, window_until: at(20) }, returnedAt: at(0), command: onClosed('fail') },
    { do: 'refuse', code: 'window_closed' },
  ],
  [
    'the person wrote after the platform said closed',
    { lane: { window_open: true, window_until: at(25) }, returnedAt: at(0), command: onClosed('fail') },
    { do: 'deliver' },
  ],
  ['P4: an open window delivers', { lane: { window_open: true } }, { do: 'deliver', needsWindow: true }],
  [
    'P5: a closed window holds with one prompt',
    {},
    { do: 'hold', holdSeconds: 604_800, prompt: { use: { name: 'ask_utility' } } },
  ],
  ['P5: what follows is held without another prompt', { lane: { prompt_open: true } }, { do: 'hold' }],
  [
    'P5: without an opt-in template there is nothing to hold for',
    { settings: {} },
    { do: 'refuse', code: 'window_closed' },
  ],
  ['P6: fail refuses', { command: onClosed('fail') }, { do: 'refuse', code: 'window_closed' }],
  [
    'P6: the named template goes instead',
    { command: onClosed('template', { template: { name: 'ask_utility' } }) },
    { do: 'deliver', needsWindow: false, template: { row: { name: 'ask_utility' } } },
  ],
  ['M3: form 2 fails on a closed window', { command: { form: 2 } }, { do: 'refuse', code: 'window_closed' }],
  [
    'M3: the channel setting beats the form',
    {
      command: { form: 2 },
      settings: { onClosedWindow: 'hold', optInTemplates: { utility: 'ask_utility' } },
    },
    { do: 'hold' },
  ],
  [
    'M3: the caller beats the channel setting',
    { command: onClosed('fail'), settings: { onClosedWindow: 'hold' } },
    { do: 'refuse', code: 'window_closed' },
  ],
  [
    'P14: a US number gets the utility prompt',
    { lane: { address: '+12025550123' } },
    { do: 'hold', prompt: { use: { name: 'ask_utility' } } },
  ],
  [
    'P14: a US number does not get a marketing prompt',
    { lane: { address: '+12025550123' }, settings: { optInTemplates: { marketing: 'ask_marketing' } } },
    { do: 'refuse', code: 'us_marketing_template' },
  ],
  [
    'P14: a Canadian number does',
    { lane: { address: '+14165550123' }, settings: { optInTemplates: { marketing: 'ask_marketing' } } },
    { do: 'hold', prompt: { use: { name: 'ask_marketing' } } },
  ],
  [
    'P14: a marketing template to a US number outside the window',
    { command: use('ask_marketing'), lane: { address: '+12025550123' } },
    { do: 'refuse', code: 'us_marketing_template' },
  ],
  [
    'P14: and inside the window',
    { command: use('ask_marketing'), lane: { address: '+12025550123', window_open: true } },
    { do: 'deliver' },
  ],
  ['P7: a template goes at any time', { command: use('ask_utility') }, { do: 'deliver', needsWindow: false }],
  ['P7: unknown template', { command: use('nothing') }, { do: 'refuse', code: 'template_not_found' }],
  [
    'P7: wrong language',
    { command: use('ask_utility', { language: 'de' }) },
    { do: 'refuse', code: 'template_not_found' },
  ],
  [
    'P7: several languages and none named',
    { command: use('bilingual') },
    { do: 'refuse', code: 'template_parameters' },
  ],
  ['P7: not approved', { command: use('waiting') }, { do: 'refuse', code: 'template_not_approved' }],
  [
    'P7: too few values',
    { command: use('two_values', { params: ['a'] }) },
    { do: 'refuse', code: 'template_parameters' },
  ],
  [
    'P7: no header file',
    { command: use('two_values', { params: ['a', 'b'] }) },
    { do: 'refuse', code: 'template_parameters' },
  ],
  ['P10: mail has no window', { kind: 'email' }, { do: 'deliver', needsWindow: false }],
  [
    'P5: opted out is blocked',
    { lane: { opted_out_purpose: 'all', window_open: true } },
    { do: 'refuse', code: 'opted_out' },
  ],
  [
    'a confirmation of the opt-out still goes',
    { lane: { opted_out_purpose: 'all', window_open: true }, purpose: 'opt_out_confirmation' },
    { do: 'deliver' },
  ],
  [
    'no marketing for whom it stopped',
    { command: use('ask_marketing'), lane: { opted_out_purpose: 'marketing' } },
    { do: 'refuse', code: 'opted_out' },
  ],
  [
    'utility still goes',
    { command: use('ask_utility'), lane: { opted_out_purpose: 'marketing' } },
    { do: 'deliver' },
  ],
];

describe('decide', () => {
  it.each(CASES)('%s', (_, given, verdict) => {
    expect(decide(facts(given))).toMatchObject(verdict);
  });
});
