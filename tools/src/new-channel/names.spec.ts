import { describe, expect, it } from '@jest/globals';
import { namesOf } from './names.js';

describe('the name of a new kind', () => {
  it('is spelled in every way that its files need', () => {
    expect(namesOf('carrier-pigeon', [])).toEqual({
      kind: 'carrier-pigeon',
      name: 'carrierPigeon',
      Name: 'CarrierPigeon',
      Title: 'Carrier Pigeon',
    });
    expect(namesOf('x2', [])).toMatchObject({ name: 'x2', Name: 'X2' });
  });

  it.each([
    undefined,
    '',
    'Pigeon',
    '2x',
    'a_b',
    'a--b',
    '-a',
    'a-',
    'a/b',
    '../x',
    'é',
    'a b',
    'x'.repeat(33),
    'class',
    'core',
  ])('refuses %j with a sentence', (kind) => {
    const told = namesOf(kind, ['telegram']);
    expect(told).toMatchObject({ problem: expect.stringMatching(/^(?:"|Name).*\.$/) as unknown });
  });

  it('refuses a kind that exists', () => {
    expect(namesOf('telegram', ['telegram'])).toEqual({
      problem: 'There is a channel kind "telegram" already.',
    });
  });
});
