import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf, type Capabilities, type ChannelKind } from '@skein/contracts';
import { readAction } from './read-action.js';

const table = (kind: ChannelKind): Capabilities => capabilitiesOf(kind) as Capabilities;

describe('R7: a call of a send action', () => {
  it('is read as the message it stands for', () => {
    const buttons = [{ id: 'a', label: 'A' }];
    expect(readAction(table('whatsapp'), 'send_buttons', { text: 'Which?', buttons })).toEqual({
      ok: { interactive: { type: 'buttons', text: 'Which?', buttons } },
    });
    expect(readAction(table('telegram'), 'send_text', { text: 'Hi' })).toEqual({ ok: { text: 'Hi' } });
  });

  it('exists only where the channel can do it', () => {
    expect(readAction(table('sms'), 'send_reaction', {})).toBeUndefined();
    expect(readAction(table('whatsapp'), 'constructor', {})).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['send_text', null, 'body'],
    ['send_text', 'Hi', 'body'],
    ['send_text', [], 'body'],
    ['send_text', {}, 'text'],
    ['send_text', { text: 5 }, 'text'],
    ['send_text', { text: 'Hi', bold: true }, 'bold'],
    ['send_text', { text: 'a\u0000b' }, 'text'],
    ['send_buttons', { text: 'Which?' }, 'buttons'],
    ['send_buttons', { text: 'Which?', buttons: [{ id: 'a' }] }, 'buttons.0.label'],
    ['send_file', { media: 'image', url: 'ftp://x.test/a' }, 'url'],
    ['send_file', { media: 'image' }, 'url'],
    ['send_file', { url: 'https://x.test/a' }, 'media'],
  ])('%s with %j is wrong in %s', (name, input, field) => {
    const read = readAction(table('whatsapp'), name, input);
    expect(read).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ field })]) });
  });
});
