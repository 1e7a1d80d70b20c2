import { isHeaderText, NO_HEADER_TEXT, TURN_HEADER } from '@skein/contracts';
import { errorFor } from '../errors/index.js';

/** The headers that callers fill, and what they call them. */
const FIELDS: Readonly<Record<string, string>> = {
  'idempotency-key': 'idempotencyKey',
  'content-type': 'mimeType',
  [TURN_HEADER]: 'turnToken',
};

/**
 * Refuses what no header carries. `fetch` would throw before anything leaves, in the way in which it tells of a cut connection.
 *
 * @throws `InvalidRequestError` with the fields
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const errors = Object.entries(FIELDS).flatMap(([header, field]) => {
    const value = headers[header];
    return value === undefined || isHeaderText(value) ? [] : [{ field, reason: NO_HEADER_TEXT }];
  });
  if (errors.length === 0) return;
  throw errorFor(errors.map(({ field, reason }) => `${field} ${reason}.`).join(' '), {
    code: 'invalid_request',
    retryable: false,
    next: ['Correct the field; nothing was sent.'],
    errors,
  });
}
