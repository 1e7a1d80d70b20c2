import { describe, expect, it } from '@jest/globals';
import { refusalOf, type Refusal } from '@skein/contracts';
import { readRequest } from './read-request.js';

const who = { contactIdentifier: 'user@example.com' };
const url = 'https://example.com/a.bin';

function refused(body: unknown): Refusal | undefined {
  try {
    readRequest(body);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}
const fields = (body: unknown): string[] => (refused(body)?.errors ?? []).map(({ field }) => field);

describe('a request of the synchronous API channel', () => {
  it('S1: reads the five shapes of the interface', () => {
    const read = (type: string, content: object) => readRequest({ ...who, type, content });
    expect(
      readRequest({ ...who, contactName: 'User', type: 'TEXT', content: { text: { body: ' Hello ' } } }),
    ).toEqual({ ...who, contactName: 'User', text: ' Hello ' });
    expect(read('IMAGE', { image: { url, caption: 'See' } })).toEqual({
      ...who,
      text: 'See',
      file: { media: 'image', url },
    });
    expect(read('AUDIO', { audio: { url } })).toEqual({ ...who, file: { media: 'audio', url } });
    expect(read('VIDEO', { video: { url } })).toEqual({ ...who, file: { media: 'video', url } });
    expect(read('DOCUMENT', { document: { url, filename: 'd.pdf', caption: 'Read' } })).toEqual({
      ...who,
      text: 'Read',
      file: { media: 'file', url, filename: 'd.pdf' },
    });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [1], ['body']],
    ['nothing', {}, ['type', 'contactIdentifier', 'content']],
    ['another type', { ...who, type: 'text', content: { text: { body: 'x' } } }, ['type']],
    ['no inner content', { ...who, type: 'IMAGE', content: {} }, ['content.image']],
    [
      'the content of another type',
      { ...who, type: 'IMAGE', content: { text: { body: 'x' } } },
      ['content.image', 'content.text'],
    ],
    [
      'more than one content',
      { ...who, type: 'TEXT', content: { text: { body: 'x' }, image: { url } } },
      ['content.image'],
    ],
    ['a text', { ...who, type: 'TEXT', content: 'Hello' }, ['content']],
    ['an empty text', { ...who, type: 'TEXT', content: { text: { body: '' } } }, ['content.text.body']],
    ['an unknown field', { ...who, type: 'TEXT', to: 1, content: { text: { body: 'x' } } }, ['to']],
    [
      'an unknown inner field',
      { ...who, type: 'AUDIO', content: { audio: { url, caption: 'x' } } },
      ['content.audio.caption'],
    ],
    [
      'a file that is no web address',
      { ...who, type: 'IMAGE', content: { image: { url: 'file:///etc/passwd' } } },
      ['content.image.url'],
    ],
    [
      'a blank identifier',
      { contactIdentifier: ' \n', type: 'TEXT', content: { text: { body: 'x' } } },
      ['contactIdentifier'],
    ],
    [
      'half a character',
      { ...who, type: 'TEXT', content: { text: { body: '\ud800' } } },
      ['content.text.body'],
    ],
  ])('S2: names the field: %s', (_name, body, expected) => {
    expect(refused(body)?.code).toBe('invalid_request');
    expect(fields(body)).toEqual(expected);
  });

  it('S2: says that a text is too large', () => {
    const body = 'é'.repeat(40_000);
    expect(refused({ ...who, type: 'TEXT', content: { text: { body } } })?.code).toBe('payload_too_large');
  });
});
