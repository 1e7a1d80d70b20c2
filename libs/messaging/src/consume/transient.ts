/** SQLSTATE classes and codes after which the same statement can succeed (PostgreSQL 18 manual, appendix A). */
const SQLSTATE = [
  /^08/, // connection exceptions
  /^57P0[1-5]$/, // shutdown, crash, cannot connect now, database dropped, idle session timeout
  /^53/, // out of connections, memory or disk
  /^40001$|^40P01$|^55P03$|^57014$|^25P0[34]$/, // serialization, deadlock, lock or statement timeout
];

const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'nats_away',
  'no_responder',
  'unavailable',
]);
const NAMES = new Set(['NatsAwayError', 'TimeoutError', 'ClosedConnectionError', 'DrainingConnectionError']);

/** What the `pg` driver says without a code (pg 8.23: client.js, pg-pool index.js). */
const DRIVER_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

interface Described {
  code?: unknown;
  name?: string;
  message?: string;
  transient?: unknown;
  refusal?: { code?: unknown };
  cause?: unknown;
  driverError?: unknown;
}

/**
 * True when the failure says that something this service leans on is away, and nothing about the item: the work is
 * kept and tried again, however long it takes, and counts no strike. An error may say so itself with `transient: true`.
 */
export function isTransient(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  const seen: Described = error;
  if (seen.transient === true || NAMES.has(seen.name ?? '')) return true;
  if (isTransientCode(seen.code) || isTransientCode(seen.refusal?.code)) return true;
  if (DRIVER_MESSAGES.test(seen.message ?? '')) return true;
  return isTransient(seen.driverError, depth + 1) || isTransient(seen.cause, depth + 1);
}

function isTransientCode(code: unknown): boolean {
  return typeof code === 'string' && (CODES.has(code) || SQLSTATE.some((pattern) => pattern.test(code)));
}
