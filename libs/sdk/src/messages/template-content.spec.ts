import { describe, expect, it } from '@jest/globals';
import { templateContentOf } from './template-content.js';

const text = (words: string) => ({ type: 'text', text: words });

describe('P7: the values of a template', () => {
  it('reads them out of components in the shape of the platform', () => {
    const content = templateContentOf('reminder', 'en_US', {
      components: [
        { type: 'HEADER', parameters: [{ type: 'image', image: { link: 'https://x.test/a.jpg' } }] },
        { type: 'body', parameters: [text('Ana'), text('Friday')] },
        { type: 'button', sub_type: 'url', index: '1', parameters: [text('order-7')] },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: 0,
          parameters: [{ type: 'payload', payload: 'yes' }],
        },
      ],
    });
    expect(content).toEqual({
      name: 'reminder',
      language: 'en_US',
      type: 'image',
      file: 'https://x.test/a.jpg',
      params: ['Ana', 'Friday'],
      buttons: [
        { index: 1, subType: 'url', value: 'order-7' },
        { index: 0, subType: 'quick_reply', value: 'yes' },
      ],
    });
  });

  it.each([
    ['an amount of money', { type: 'body', parameters: [{ type: 'currency', currency: {} }] }],
    ['a stored file', { type: 'header', parameters: [{ type: 'image', image: { id: '77' } }] }],
    ['a named value', { type: 'body', parameters: [{ ...text('Ana'), parameter_name: 'name' }] }],
    ['a carousel', { type: 'carousel', cards: [] }],
  ])('passes all components on as they are when one is %s', (_what, odd) => {
    const components = [{ type: 'body', parameters: [text('Ana')] }, odd];
    expect(templateContentOf('x', undefined, { components })).toEqual({ name: 'x', components });
  });

  it('takes values as they are', () => {
    const values = { params: ['Ana'], header: { type: 'document' as const, url: 'https://x.test/a.pdf' } };
    expect(templateContentOf('x', undefined, values)).toEqual({
      name: 'x',
      params: ['Ana'],
      type: 'document',
      file: 'https://x.test/a.pdf',
    });
  });
});
