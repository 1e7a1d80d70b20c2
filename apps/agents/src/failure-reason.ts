import { codeOf, isDatabaseAway, storable } from '@skein/persistence';

/** Characters of a reason that are kept: it stands in the timeline and in a fact, which has a largest size. */
const MAX_LENGTH = 500;

/** What Postgres calls its errors. */
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Why a try failed, in words that can be stored and that the owner of the agent may read. What went wrong inside says nothing of
 * addresses and statements.
 */
export function reasonOf(error: unknown): string {
  const { name, message } = (error ?? {}) as Partial<Error>;
  if (name === 'NatsAwayError') return 'Skein could not reach its own message bus.';
  const isDatabase = name !== 'BackendError' && (isDatabaseAway(error) || SQLSTATE.test(codeOf(error)));
  if (isDatabase) return 'Skein could not reach its own database.';
  const isTold = typeof message === 'string' && message !== '';
  return isTold ? storable(message.slice(0, MAX_LENGTH)) : 'a defect';
}
