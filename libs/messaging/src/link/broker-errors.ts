/** NATS cannot be reached now. Nothing was sent. */
export class NatsAwayError extends Error {
  override readonly name = 'NatsAwayError';
  readonly code = 'nats_away';

  constructor(detail = 'NATS is not connected') {
    super(detail);
  }
}

/** A question was asked and nobody serves its subject. Nothing was done. */
export class NoResponderError extends Error {
  override readonly name = 'NoResponderError';
  readonly code = 'no_responder';

  constructor(subject: string) {
    super(`nobody serves ${subject}`);
  }
}

/** Whoever answers a question failed; the message is the answering side's own. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code = 'remote_error';
}

interface Coded {
  name?: string;
  message?: string;
  code?: number | string;
  cause?: unknown;
  isNoResponders?: () => boolean;
}

/** JetStream API codes: stream not found, consumer not found (nats-server 2.14 errors table). */
const MISSING = new Set<unknown>([10059, 10014]);

/** Status of a publish that a repeat cannot change: refused for its form or size. */
const REFUSED_STATUS = 400;

/**
 * True when an error says that the stream or consumer does not exist: the store was wiped or never provisioned.
 * A publish to a subject without a stream, and a pull from a consumer that is gone, both find no responder.
 */
export function isMissing(error: unknown): boolean {
  const seen = error as Coded | null | undefined;
  return MISSING.has(seen?.code) || isNoResponder(error) || seen?.name === 'JetStreamNotEnabled';
}

/** True when a request found nobody listening, as the client says it (3.x wraps it into a request error). */
export function isNoResponder(error: unknown): boolean {
  const seen = error as Coded | null | undefined;
  if (seen?.name === 'NoRespondersError' || seen?.code === 503) return true;
  if (seen?.isNoResponders?.() === true) return true;
  return seen?.cause !== undefined && isNoResponder(seen.cause);
}

/** True when the server refused a publish for what it is, so that repeating it is useless. */
export function isRefusedPublish(error: unknown): boolean {
  const seen = error as (Coded & { status?: number }) | null | undefined;
  return seen?.name === 'JetStreamApiError' && seen.status === REFUSED_STATUS;
}

/** The text of an unknown thrown value. */
export function messageOf(error: unknown): string {
  return (error as Coded | null | undefined)?.message ?? String(error);
}
