/** Reasons of a permanent refusal, whoever refused. */
export type RejectionReason =
  | 'window_closed'
  | 'opted_out'
  | 'invalid_address'
  | 'template_not_found'
  | 'template_not_approved'
  | 'template_parameters'
  | 'us_marketing_template'
  | 'media_unreachable'
  | 'media_too_large'
  | 'payload_too_large'
  | 'policy'
  | 'provider_rejected';

/**
 * What can go wrong at a provider, as one closed union made where the call is made.
 *
 * `detail` is a plain sentence without secrets; `providerCode` is the provider's own code where it gave one.
 * - `rejected`: this call will never succeed; the reason says why.
 * - `throttled`: not processed, try again after `retryAfterMs`; `scope` says whose pace was too high.
 * - `unavailable`: not processed (refused, reset before the request was written, 5xx that promises it): try again.
 * - `indeterminate`: the request was written and no answer came: it may have been delivered.
 * - `misconfigured`: the account itself is unusable (credential, suspension): the channel pauses.
 */
export type Failure =
  | { kind: 'rejected'; reason: RejectionReason; detail: string; providerCode?: string }
  | {
      kind: 'throttled';
      scope: 'channel' | 'lane';
      retryAfterMs?: number;
      detail: string;
      providerCode?: string;
    }
  | { kind: 'unavailable'; detail: string; providerCode?: string; retryAfterMs?: number }
  | { kind: 'indeterminate'; detail: string }
  | { kind: 'misconfigured'; detail: string; providerCode?: string };

interface CodeRow {
  http: number;
  title: string;
  retryable: boolean;
  /** What the caller can do about it, in imperative sentences. */
  next: readonly string[];
}

/** Every error code of every surface: HTTP status, whether the same request can succeed later, and what to do. */
export const ERROR_CODES = {
  invalid_request: {
    http: 400,
    title: 'The request is not valid',
    retryable: false,
    next: ['Correct the fields listed in errors.'],
  },
  ambiguous_channel: {
    http: 400,
    title: 'Several channels fit',
    retryable: false,
    next: ['Name one of the listed channels in channelId.'],
  },
  media_unreachable: {
    http: 400,
    title: 'The media address could not be fetched',
    retryable: false,
    next: ['Use a public address that answers within 30 s, or upload the file.'],
  },
  unauthorized: {
    http: 401,
    title: 'No valid API key',
    retryable: false,
    next: ['Send a valid key in X-API-Key or Authorization: Bearer.'],
  },
  forbidden: {
    http: 403,
    title: 'The key may not do this',
    retryable: false,
    next: ['Use a key of the workspace and agent that owns the resource.'],
  },
  not_found: {
    http: 404,
    title: 'Not found',
    retryable: false,
    next: ['Check the id; ids of other workspaces do not exist here.'],
  },
  unknown_channel: {
    http: 404,
    title: 'No such channel',
    retryable: false,
    next: ['List the channels with GET /v1/channels.'],
  },
  no_conversation: {
    http: 404,
    title: 'There is no conversation or address to send to',
    retryable: false,
    next: ['Name a channel and an address, or add the address with POST /v1/contacts.'],
  },
  window_closed: {
    http: 409,
    title: 'The service window is closed',
    retryable: false,
    next: ['Send an approved template.', 'Let the message be held until the person writes.'],
  },
  opted_out: {
    http: 409,
    title: 'The person opted out',
    retryable: false,
    next: ['Wait until the person opts in again; nothing else can undo it.'],
  },
  already_sent: {
    http: 409,
    title: 'The message has already left',
    retryable: false,
    next: ['Read its status; only scheduled and held messages can be changed.'],
  },
  idempotency_conflict: {
    http: 409,
    title: 'The key was used with another body',
    retryable: false,
    next: ['Use a new idempotency key for a different request.'],
  },
  identity_conflict: {
    http: 409,
    title: 'The address belongs to another contact',
    retryable: false,
    next: ['Check which contact owns the address; identities are never merged by guessing.'],
  },
  superseded: {
    http: 409,
    title: 'The run is no longer yours',
    retryable: false,
    next: ['Stop working on it: its lease or its time was over, or its job was deleted.'],
  },
  not_supported: {
    http: 409,
    title: 'The channel cannot do this',
    retryable: false,
    next: ['See GET /v1/channels/capabilities.'],
  },
  payload_too_large: {
    http: 413,
    title: 'The payload is too large',
    retryable: false,
    next: ['Shorten the message or send a file.'],
  },
  media_too_large: {
    http: 413,
    title: 'The file is too large',
    retryable: false,
    next: ['Send a file of at most the size the channel takes.'],
  },
  template_not_found: {
    http: 422,
    title: 'No such template',
    retryable: false,
    next: ['List templates with GET /v1/templates; check name and language.'],
  },
  template_not_approved: {
    http: 422,
    title: 'The template is not approved',
    retryable: false,
    next: ['Use an approved template or wait for approval.'],
  },
  template_parameters: {
    http: 422,
    title: 'The template parameters do not fit',
    retryable: false,
    next: ['Give exactly the parameters and the language that the template declares.'],
  },
  us_marketing_template: {
    http: 422,
    title: 'Marketing templates are not delivered to US numbers',
    retryable: false,
    next: ['Use a utility template for +1 numbers of the United States.'],
  },
  rate_limited: {
    http: 429,
    title: 'Too many requests',
    retryable: true,
    next: ['Repeat after Retry-After seconds with the same idempotency key.'],
  },
  provider_rejected: {
    http: 502,
    title: 'The platform refused the message, or was away at every try',
    retryable: false,
    next: [
      'Read detail and the timeline of the message.',
      'Send it anew, under a new key, once the cause is gone.',
    ],
  },
  unavailable: {
    http: 503,
    title: 'Temporarily unavailable',
    retryable: true,
    next: ['Repeat after Retry-After seconds with the same idempotency key.'],
  },
  agent_timeout: {
    http: 504,
    title: 'The agent did not answer in time',
    retryable: false,
    next: ['Read the answer later in the conversation.'],
  },
} as const satisfies Record<string, CodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** True when the word is a key of {@link ERROR_CODES}. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERROR_CODES, word);
}

/** The codes that are policy, so that a message refused for them is `blocked` and not `failed`. */
export const BLOCKING_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'window_closed',
  'opted_out',
  'us_marketing_template',
]);

const BY_REASON: Partial<Record<RejectionReason, ErrorCode>> = {
  window_closed: 'window_closed',
  opted_out: 'opted_out',
  template_not_found: 'template_not_found',
  template_not_approved: 'template_not_approved',
  template_parameters: 'template_parameters',
  us_marketing_template: 'us_marketing_template',
  media_unreachable: 'media_unreachable',
  media_too_large: 'media_too_large',
  payload_too_large: 'payload_too_large',
};

/** The public code of a provider's refusal; everything without a code of its own is `provider_rejected`. */
export function codeOfRejection(reason: RejectionReason): ErrorCode {
  return BY_REASON[reason] ?? 'provider_rejected';
}
