import { randomBytes } from 'node:crypto';
import type { ProviderAnswer } from '../core/journal.js';

/** Why a request is refused: the platform's code and the text of `error_data.details`. */
export interface GraphProblem {
  code: number;
  details: string;
  subcode?: number;
}

/** HTTP status and title per code (Meta, Cloud API error codes, 15 May 2026). */
const ERRORS: Record<number, { status: number; title: string }> = {
  100: { status: 400, title: 'Invalid parameter' },
  190: { status: 401, title: 'Authentication Error' },
  130429: { status: 429, title: 'Rate limit hit' },
  130472: { status: 400, title: "User's number is part of an experiment" },
  130497: { status: 403, title: 'Business account is restricted from messaging users in this country' },
  131000: { status: 500, title: 'Something went wrong' },
  131008: { status: 400, title: 'Required parameter is missing' },
  131009: { status: 400, title: 'Parameter value is not valid' },
  131021: { status: 400, title: 'Recipient cannot be sender' },
  131026: { status: 400, title: 'Message undeliverable' },
  131047: { status: 400, title: 'Re-engagement message' },
  131048: { status: 400, title: 'Spam rate limit hit' },
  131049: { status: 400, title: 'This message was not delivered to maintain healthy ecosystem engagement' },
  131050: { status: 400, title: 'User has stopped marketing messages from this business' },
  131051: { status: 400, title: 'Unsupported message type' },
  131053: { status: 400, title: 'Media upload error' },
  131056: { status: 400, title: '(Business Account, Consumer Account) pair rate limit hit' },
  131062: { status: 400, title: 'Business-scoped user id not supported' },
  132000: { status: 400, title: 'Template Param Count Mismatch' },
  132001: { status: 404, title: 'Template does not exist' },
  132005: { status: 400, title: 'Template Hydrated Text Too Long' },
  132012: { status: 400, title: 'Template Parameter Format Mismatch' },
  132015: { status: 400, title: 'Template is Paused' },
  132016: { status: 400, title: 'Template is Disabled' },
};

const DEFAULT = { status: 400, title: 'Unknown error' };

/** The synchronous form: `{"error": {message, type, code, error_data, fbtrace_id}}` with its HTTP status. */
export function graphError({ code, details, subcode }: GraphProblem): ProviderAnswer {
  const { status, title } = ERRORS[code] ?? DEFAULT;
  const error = {
    message: code === 190 ? `${title}: ${details}` : `(#${code}) ${title}`,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    error_data: { messaging_product: 'whatsapp', details },
    fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
  };
  return { status, body: { error } };
}

/** The same failure as it appears in `statuses[].errors` of a webhook. */
export function statusError({ code, details }: GraphProblem): Record<string, unknown> {
  const { title } = ERRORS[code] ?? DEFAULT;
  const href =
    'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes';
  return { code, title, message: title, error_data: { details }, href };
}
