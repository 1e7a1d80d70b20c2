import { describe, expect, it } from '@jest/globals';
import { isMissing, NatsAwayError, NoResponderError } from '../link/broker-errors.js';
import { isTransient } from './transient.js';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('isTransient', () => {
  it.each([
    ['refused connection', coded('ECONNREFUSED')],
    ['admin shutdown', coded('57P01')],
    ['starting up', coded('57P03')],
    ['broken connection', coded('08006')],
    ['too many connections', coded('53300')],
    ['deadlock', coded('40P01')],
    ['driver without code', new Error('Connection terminated unexpectedly')],
    ['pool timeout', new Error('timeout exceeded when trying to connect')],
    ['NATS away', new NatsAwayError()],
    ['nobody serves', new NoResponderError('s')],
    ['wrapped by TypeORM', { name: 'QueryFailedError', message: 'q', driverError: coded('57P01') }],
    ['as a cause', new Error('outer', { cause: coded('ECONNRESET') })],
    ['a refusal that says so', { name: 'RefusalError', refusal: { code: 'unavailable' } }],
    ['said so itself', { transient: true }],
  ])('%s', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    ['a defect', new TypeError('x is undefined')],
    ['a constraint', coded('23505')],
    ['bad text', coded('22P05')],
    ['a refusal', { name: 'RefusalError', refusal: { code: 'not_found' } }],
    ['nothing', undefined],
    ['text', 'ECONNREFUSED'],
  ])('not %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });

  it('ends on a cause that is its own', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(isTransient(error)).toBe(false);
  });
});

describe('isMissing', () => {
  it('knows a missing stream, a missing consumer and a subject without a stream', () => {
    expect(isMissing({ code: 10059 })).toBe(true);
    expect(isMissing({ code: 10014 })).toBe(true);
    expect(isMissing({ name: 'JetStreamNotEnabled' })).toBe(true);
    expect(isMissing({ cause: { isNoResponders: () => true } })).toBe(true);
    expect(isMissing(new Error('other'))).toBe(false);
  });
});
