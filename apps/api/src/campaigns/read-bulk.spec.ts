import { describe, expect, it } from '@jest/globals';
import { BULK_LIMIT, refusalOf, type Refusal, type TemplateRow } from '@skein/contracts';
import type { NewBatchItem } from '@skein/persistence';
import { readBulk, readPlaces } from './read-bulk.js';

const TEMPLATE: TemplateRow = {
  ...{ id: 't', channelId: 'wa', name: 'welcome', language: 'en', category: 'utility', status: 'approved' },
  shape: { headerParams: 0, bodyParams: 1, buttons: [] },
  body: 'Hello {{1}}',
};

const read = (body: object, template = TEMPLATE): NewBatchItem[] =>
  readPlaces(readBulk({ channelId: 'wa', ...body }), template);

function refused(body: object, template = TEMPLATE): Refusal | undefined {
  try {
    read(body, template);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

const [ANN, BEN, CAT] = ['+447700900001', '+447700900002', '+447700900003'];

describe('P8 reading a bulk send', () => {
  it('keeps every place: blanks, malformed and repeated numbers are errors of their own, the rest goes', () => {
    const phoneNumbers = [ANN, '', '0123', BEN, ANN, null, 42, ' ', `${BEN}\u0000`, CAT];
    const items = read({ phoneNumbers, values: ['x'] });
    expect(items.map(({ error }) => error?.code ?? 'goes')).toEqual([
      'goes',
      'invalid_request',
      'invalid_request',
      'goes',
      'already_sent',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'goes',
    ]);
    expect(items[4]?.error?.firstIndex).toBe(0);
    expect(items.map(({ address }) => address)).toEqual([
      ANN,
      '',
      '0123',
      BEN,
      ANN,
      null,
      null,
      ' ',
      null,
      CAT,
    ]);
  });

  it('counts the values of each recipient alone; a number whose values were wrong may come right later', () => {
    const recipients = [
      { phoneNumber: ANN, values: ['one'] },
      { phoneNumber: BEN, values: ['one', 'two'] },
      { phoneNumber: CAT, values: 'no list' },
      { phoneNumber: BEN, values: ['right'] },
      null,
      'text',
    ];
    const items = read({ recipients });
    expect(items.map(({ error, params }) => error?.code ?? params)).toEqual([
      ['one'],
      'template_parameters',
      'invalid_request',
      ['right'],
      'invalid_request',
      'invalid_request',
    ]);
  });

  it('takes a recipient without values as a wrong place among those that have some', () => {
    const items = read({ recipients: [{ phoneNumber: ANN, values: ['one'] }, { phoneNumber: BEN }] });
    expect(items.map(({ error, params }) => error?.code ?? params)).toEqual([['one'], 'template_parameters']);
  });

  it('takes values that are nested without end, or an object of many fields, as a wrong place', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const wide = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));
    const recipients = [deep, wide, ['one']].map((values, at) => ({
      phoneNumber: [ANN, BEN, CAT][at],
      values,
    }));
    expect(read({ recipients }).map(({ error, params }) => error?.code ?? params)).toEqual([
      'invalid_request',
      'invalid_request',
      ['one'],
    ]);
  });

  const image: TemplateRow = { ...TEMPLATE, shape: { ...TEMPLATE.shape, header: 'image' } };
  it.each<[string, object, TemplateRow, string, string | undefined]>([
    ['no list', {}, TEMPLATE, 'invalid_request', 'phoneNumbers'],
    ['two lists', { phoneNumbers: [ANN], recipients: [] }, TEMPLATE, 'invalid_request', 'phoneNumbers'],
    ['an empty list', { phoneNumbers: [] }, TEMPLATE, 'invalid_request', 'phoneNumbers'],
    ['no list at all', { recipients: {} }, TEMPLATE, 'invalid_request', 'recipients'],
    ['an unknown field', { phoneNumbers: [ANN], valeus: [] }, TEMPLATE, 'invalid_request', 'valeus'],
    [
      'an unknown field of a recipient',
      { recipients: [{ phoneNumber: ANN, name: 'Ann' }] },
      TEMPLATE,
      'invalid_request',
      'recipients.0.name',
    ],
    ['too few values', { phoneNumbers: [ANN] }, TEMPLATE, 'template_parameters', undefined],
    ['a header nobody gave', { phoneNumbers: [ANN], values: ['x'] }, image, 'template_parameters', undefined],
    [
      'one too many',
      { phoneNumbers: Array(BULK_LIMIT + 1).fill(ANN) },
      TEMPLATE,
      'payload_too_large',
      undefined,
    ],
  ])('refuses %s before anything is stored', (_name, body, template, code, field) => {
    const refusal = refused(body, template);
    expect([refusal?.code, refusal?.errors?.[0]?.field]).toEqual([code, field]);
  });
});
