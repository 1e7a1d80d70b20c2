import { describe, expect, it } from '@jest/globals';
import type { Part } from '@skein/contracts';
import { encode } from './encode.js';

const shownBy = (part: Part) => {
  const encoded = encode(part);
  return 'body' in encoded && encoded.body.type === 'components'
    ? encoded.body.components.map(({ type }) => type)
    : [];
};

describe('P16: a part as an entry', () => {
  it('keeps components as they are', () => {
    const components = [{ type: 'text' as const, text: 'Hi' }];
    expect(encode({ type: 'components', components, text: 'Hi' })).toEqual({
      body: { type: 'components', components, text: 'Hi' },
    });
  });

  it('shows the narrower parts of other platforms by the same components', () => {
    const choice = { id: 'a', label: 'A' };
    const cases: [Part, string[]][] = [
      [{ type: 'text', text: 'Hi' }, ['text']],
      [{ type: 'media', media: 'image', source: { mediaId: 'm' }, caption: 'c' }, ['media']],
      [{ type: 'buttons', text: 'Hi', buttons: [choice], footer: 'f' }, ['text', 'actions', 'text']],
      [{ type: 'list', text: 'Hi', button: 'b', rows: [{ id: 'a', title: 'A' }] }, ['text', 'list']],
      [{ type: 'link', text: 'Hi', label: 'l', url: 'https://a.test' }, ['text', 'links']],
      [{ type: 'flow', text: 'Hi', flowId: 'f', cta: 'Go' }, ['flow']],
      [
        { type: 'cards', text: 'Hi', cards: [{ title: 'T', buttons: [choice] }] },
        ['text', 'text', 'actions'],
      ],
    ];
    for (const [part, types] of cases) expect(shownBy(part)).toEqual(types);
  });

  it('stores files by name, so that no signed address is kept', () => {
    const encoded = encode({ type: 'media', media: 'file', source: { mediaId: 'm1' }, filename: 'a.pdf' });
    expect(JSON.stringify(encoded)).not.toContain('http');
  });

  it('changes entries of this chat only', () => {
    expect(encode({ type: 'edit', providerMessageId: 'wc:12', text: 'new' })).toEqual({
      body: { type: 'edit', target: 12, text: 'new' },
    });
    for (const providerMessageId of ['12', 'wc:', 'wc:-1', 'wc:1e9', `wc:${'9'.repeat(16)}`])
      expect(encode({ type: 'edit', providerMessageId, text: 'x' })).toHaveProperty('failure');
  });
});
