import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';

describe('readOptions', () => {
  it('measures everybody, one message a request and in batches, when nothing is asked', () => {
    expect(readOptions([])).toEqual({
      messages: 20_000,
      connections: undefined,
      batches: [1, 100],
      only: ['bare', 'bullmq', 'skein'],
      json: 'reports/bench.json',
      isProfiled: false,
    });
  });

  it('takes every option', () => {
    const args = [
      '--messages',
      '500',
      '--connections=16',
      '--batch',
      '100',
      '--only',
      'skein,bare',
      '--json',
      'x.json',
    ];
    expect(readOptions([...args, '--profile'])).toEqual({
      messages: 500,
      connections: 16,
      batches: [100],
      only: ['bare', 'skein'],
      json: 'x.json',
      isProfiled: true,
    });
  });

  it.each([['--only=kafka'], ['--messages=0'], ['--messages=many'], ['--batch=1001'], ['--sped']])(
    'refuses %s and names it',
    (arg) => {
      expect(() => readOptions([arg])).toThrow(arg.split('=')[0]);
    },
  );
});
