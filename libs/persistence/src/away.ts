import { codeOf } from './db.js';

/** System codes and SQLSTATE classes that mean the server cannot be had right now. */
const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
  'EHOSTUNREACH',
]);
const CLASSES = new Set(['08', '53', '57', '58']);
/** pg has no code for these; its messages are stable since version 8. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|cannot use a pool after calling end|connection ended/i;

/** True when Postgres is away or refusing work, so that nothing is wrong with the statement itself. */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (SYSTEM.has(code) || (code.length === 5 && CLASSES.has(code.slice(0, 2)))) return true;
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && MESSAGES.test(message);
}

/** True when one item of a batch made the whole statement fail, so that bisecting finds it. */
export function isDataError(error: unknown): boolean {
  const code = codeOf(error);
  return code.length === 5 && ['21', '22', '23', '42', '54'].includes(code.slice(0, 2));
}
