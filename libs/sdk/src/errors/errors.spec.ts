import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, type ErrorCode } from '@skein/contracts';
import { OptedOutError, WindowClosedError } from './classes.js';
import { errorOfProblem, problemIn } from './problem.js';
import { SkeinError } from './skein-error.js';
import { ERROR_CLASSES } from './table.js';

const LOCAL = ['unknown_outcome', 'not_configured', 'internal'];

describe('B2: the errors of the SDK', () => {
  it('has a class for every code of the contract, and for no other', () => {
    expect(Object.keys(ERROR_CLASSES).sort()).toEqual([...Object.keys(ERROR_CODES), ...LOCAL].sort());
  });

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('tells %s as the server does', (code) => {
    const { http, retryable, next } = ERROR_CODES[code];
    const error = errorOfProblem(http, { code, detail: 'Why.', messageId: 'm1' }, undefined);
    expect(error).toMatchObject({ code, status: http, retryable, next, message: 'Why.', messageId: 'm1' });
    expect(error.name).toMatch(/^[A-Z]\w+Error$/);
    expect(error).toBeInstanceOf(SkeinError);
    expect(error).toBeInstanceOf(ERROR_CLASSES[code]);
  });

  it('is the same class across copies of the package, and no other class', () => {
    const error = errorOfProblem(409, { code: 'window_closed' }, undefined);
    // Another copy has classes of its own; what they share is the brand and the name.
    const stranger = Object.create(Error.prototype, Object.getOwnPropertyDescriptors(error)) as unknown;
    expect(stranger).toBeInstanceOf(SkeinError);
    expect(stranger).toBeInstanceOf(WindowClosedError);
    expect(stranger).not.toBeInstanceOf(OptedOutError);
    for (const other of [new Error('x'), { name: 'WindowClosedError' }, null, undefined, 'text'])
      expect(other).not.toBeInstanceOf(WindowClosedError);
  });

  it.each([[{ code: 'no_such_code' }], ['<html>'], [undefined], [null], [{ error: 'x' }]])(
    'takes only its own problems for problems: %j',
    (body) => {
      expect(problemIn(body)).toBeUndefined();
    },
  );
});
