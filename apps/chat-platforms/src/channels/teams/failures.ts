import { objectOf, parsed, textOf } from '@skein/contracts';
import type { Failure, RejectionReason } from '@skein/contracts';

/** What the connector said against a call, whatever shape it came in. */
export interface ConnectorError {
  code?: string;
  details: string;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'lane' }
  | { kind: 'unavailable' }
  | { kind: 'indeterminate' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const throttled: Row = { kind: 'throttled', scope: 'lane' };

/**
 * Error codes of the bot conversational APIs (Teams, Messages in bot conversations, status codes, checked 2026-11-21). A bot that was
 * blocked or removed is no opt-out on our side: the platform keeps that by itself, for all threads of a room, and tells of a removal but
 * never of a block or its end. The next message of the person shows that it is over.
 */
const BY_CODE: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['MessageWritesBlocked', rejected('policy')],
  ['209', rejected('policy')],
  ['ConversationBlockedByUser', rejected('policy')],
  ['BotNotInConversationRoster', rejected('policy')],
  ['ForbiddenOperationException', rejected('policy')],
  ['BotDisabledByAdmin', rejected('policy')],
  ['NotEnoughPermissions', rejected('policy')],
  // The conversation lives in another cloud; its next event says which.
  ['InvalidBotApiHost', rejected('invalid_address')],
  ['ConversationNotFound', rejected('invalid_address')],
  ['ActivityNotFoundInConversation', rejected('provider_rejected')],
  ['BadArgument', rejected('provider_rejected')],
  ['BadSyntax', rejected('provider_rejected')],
  ['BotNotRegistered', { kind: 'misconfigured' }],
  ['PreconditionFailed', unavailable],
  ['MessageSizeTooBig', rejected('payload_too_large')],
  ['Throttled', throttled],
]);

/**
 * By HTTP status. 412, 502 and 503 are to be repeated; 500 is not, for nobody knows what was done, and neither do we know it of what a
 * gateway gave up on.
 */
const BY_STATUS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, { kind: 'misconfigured' }],
  [403, rejected('policy')],
  [404, rejected('invalid_address')],
  [412, unavailable],
  [413, rejected('payload_too_large')],
  [429, throttled],
  [500, { kind: 'indeterminate' }],
  [502, unavailable],
  [503, unavailable],
]);

/**
 * Reads `{error: {code, message}}`, and `{errorCode: 209, message: "{\"subCode\": …}"}` with its JSON inside a string (Teams, send
 * proactive messages; the sub code can be missing, Microsoft Q&A 1513369).
 */
export function connectorErrorOf(body: unknown): ConnectorError {
  const answer = objectOf(body);
  const error = objectOf(answer?.['error']);
  const message = textOf(error?.['message']) ?? textOf(answer?.['message']) ?? textOf(answer?.['error']);
  const inside = objectOf(parsed(Buffer.from(message ?? '')));
  const number = answer?.['errorCode'];
  const code =
    textOf(inside?.['subCode']) ??
    textOf(error?.['code']) ??
    textOf(answer?.['code']) ??
    (typeof number === 'number' ? String(number) : textOf(answer?.['error']));
  const details = textOf(inside?.['details']) ?? message ?? 'The platform gave no reason.';
  return {
    ...(code === undefined ? {} : { code: code.replaceAll(' ', '').slice(0, 100) }),
    details: details.slice(0, 500),
  };
}

/** What a refused call means. A code decides before the HTTP status; an unknown 5xx may have been done. */
export function failureOf({ code, details }: ConnectorError, status: number, retryAfterMs?: number): Failure {
  const row =
    BY_CODE.get(code ?? '') ??
    BY_STATUS.get(status) ??
    (status >= 500 ? { kind: 'indeterminate' as const } : rejected('provider_rejected'));
  if (row.kind === 'indeterminate') return { ...row, detail: details };
  const waits = (row.kind === 'throttled' || row.kind === 'unavailable') && retryAfterMs !== undefined;
  const providerCode = code ?? String(status);
  return { ...row, detail: details, providerCode, ...(waits ? { retryAfterMs } : {}) };
}
