import { describe, expect, it } from '@jest/globals';
import { BackendError } from './backends/backend-error.js';
import { reasonOf } from './failure-reason.js';

const coded = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('R2: the reason of a failed try', () => {
  it.each<[unknown, string]>([
    [new Error('The model is away.'), 'The model is away.'],
    [new Error(`${'k'.repeat(1_000_000)} is not a known field`), 'k'.repeat(500)],
    [new Error('a\0b \ud83d c'), 'a\uFFFDb \uFFFD c'],
    [new Error(`${'k'.repeat(499)}👟`), `${'k'.repeat(499)}\uFFFD`],
    [coded('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.7:5432'), 'Skein could not reach its own database.'],
    [coded('42P01', 'relation "secret" does not exist'), 'Skein could not reach its own database.'],
    [
      Object.assign(new Error('nats://10.0.0.8'), { name: 'NatsAwayError' }),
      'Skein could not reach its own message bus.',
    ],
    [new BackendError('The agent hung up: connection ended.'), 'The agent hung up: connection ended.'],
    [undefined, 'a defect'],
    [{ message: 7 }, 'a defect'],
  ])('%#', (error, reason) => expect(reasonOf(error)).toBe(reason));
});
