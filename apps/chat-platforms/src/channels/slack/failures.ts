import { listOf, objectOf, textOf } from '@skein/contracts';
import type { Failure, RejectionReason } from '@skein/contracts';

/** A refused call: Slack answers HTTP 200 with `ok: false`, and 429 when calls come too fast. */
export interface SlackError {
  code?: string;
  /** What Slack adds in words, and the scope that is missing. */
  said: string[];
}

/** What of a call decides how its refusal is read. */
export interface Asked {
  method: string;
  status: number;
  retryAfterMs?: number;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled' }
  | { kind: 'unavailable' }
  | { kind: 'misconfigured' }
  /** The app may not do this; that stops the channel only when it is what the channel is for. */
  | { kind: 'forbidden' }
  /** "It's possible some aspect of the operation succeeded before the error was raised." */
  | { kind: 'doubtful' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });

/** Calls that show something to people; repeating any other one does no harm. */
const SHOWS: ReadonlySet<string> = new Set(['chat.postMessage', 'files.completeUploadExternal']);

/**
 * Errors of the methods in use (docs.slack.dev/reference/methods: chat.postMessage, chat.update, reactions.add, reactions.remove,
 * reactions.get, conversations.open, files.getUploadURLExternal, files.completeUploadExternal, files.info, auth.test; checked
 * 2026-11-21).
 */
const CLASSES: readonly [Row, readonly string[]][] = [
  [{ kind: 'throttled' }, ['ratelimited', 'rate_limited', 'message_limit_exceeded']],
  [
    { kind: 'unavailable' },
    [
      'service_unavailable',
      'request_timeout',
      'team_added_to_org',
      'external_channel_migrating',
      'update_failed',
    ],
  ],
  [{ kind: 'doubtful' }, ['internal_error', 'fatal_error']],
  [
    { kind: 'misconfigured' },
    [
      ...[
        'not_authed',
        'invalid_auth',
        'account_inactive',
        'token_revoked',
        'token_expired',
        'org_login_required',
      ],
      ...['ekm_access_denied', 'two_factor_setup_required', 'enterprise_is_restricted', 'accesslimited'],
      ...['team_access_not_granted', 'app_access_restricted', 'method_deprecated', 'deprecated_endpoint'],
      ...['unknown_method', 'metadata_must_be_sent_from_app'],
    ],
  ],
  [{ kind: 'forbidden' }, ['missing_scope', 'not_allowed_token_type']],
  [
    rejected('invalid_address'),
    [
      ...[
        'channel_not_found',
        'not_in_channel',
        'is_archived',
        'is_inactive',
        'invalid_channel',
        'user_not_found',
      ],
      ...[
        'users_not_found',
        'user_not_visible',
        'user_disabled',
        'cannot_dm_bot',
        'team_not_found',
        'no_permission',
      ],
      ...['thread_not_found', 'invalid_thread_ts', 'cannot_reply_to_message', 'users_list_not_supplied'],
      ...['duplicate_channel_not_found', 'method_not_supported_for_channel_type', 'invalid_user_combination'],
    ],
  ],
  [
    rejected('policy'),
    [
      ...[
        'restricted_action',
        'restricted_action_read_only_channel',
        'restricted_action_thread_only_channel',
      ],
      ...['restricted_action_non_threadable_channel', 'restricted_action_thread_locked', 'thread_locked'],
      ...['posting_to_channel_denied', 'posting_to_general_channel_denied', 'access_denied', 'no_access'],
      ...[
        'slack_connect_file_link_sharing_blocked',
        'slack_connect_canvas_sharing_blocked',
        'messages_tab_disabled',
      ],
      ...[
        'slack_connect_lists_sharing_blocked',
        'slack_connect_file_upload_sharing_blocked',
        'edit_window_closed',
      ],
      ...[
        'slack_connect_blocked_file_type',
        'blocked_file_type',
        'file_uploads_disabled',
        'storage_limit_reached',
      ],
      ...['file_uploads_except_images_disabled', 'send_on_behalf_not_allowed', 'cant_update_message'],
      ...['not_reactable', 'too_many_emoji', 'too_many_reactions'],
    ],
  ],
  [
    rejected('payload_too_large'),
    [
      ...['msg_too_long', 'msg_blocks_too_long', 'metadata_too_large', 'too_many_attachments'],
      ...['attachment_payload_limit_exceeded', 'too_many_contact_cards'],
    ],
  ],
  [rejected('media_too_large'), ['file_upload_size_restricted', 'snippet_too_large', 'alt_txt_too_large']],
  [
    rejected('media_unreachable'),
    ['file_not_found', 'file_deleted', 'file_not_ready', 'file_update_failed', 'missing_file_data'],
  ],
  [
    rejected('provider_rejected'),
    [
      ...[
        'no_text',
        'invalid_blocks',
        'invalid_blocks_format',
        'invalid_attachments',
        'markdown_text_conflict',
      ],
      ...['invalid_metadata_format', 'invalid_metadata_schema', 'as_user_not_supported', 'block_mismatch'],
      ...[
        'message_not_found',
        'bad_timestamp',
        'invalid_name',
        'no_item_specified',
        'already_reacted',
        'no_reaction',
      ],
      ...['streaming_state_conflict', 'missing_argument', 'invalid_arguments', 'invalid_arg_name'],
      ...[
        'invalid_array_arg',
        'invalid_charset',
        'invalid_form_data',
        'invalid_post_type',
        'missing_post_type',
      ],
    ],
  ],
];

const BY_CODE: ReadonlyMap<string, Row> = new Map(
  CLASSES.flatMap(([row, codes]) => codes.map((code) => [code, row] as const)),
);

/** Answers without a code come from what stands before Slack. */
const BY_STATUS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, { kind: 'misconfigured' }],
  [403, { kind: 'misconfigured' }],
  [429, { kind: 'throttled' }],
  [503, { kind: 'unavailable' }],
]);

/** Reads `{ok: false, error, errors?, needed?, response_metadata?: {messages}}`, whatever else it may be. */
export function slackErrorOf(value: unknown): SlackError {
  const body = objectOf(value);
  const code = textOf(body?.['error']);
  const needed = textOf(body?.['needed']);
  const messages = listOf(objectOf(body?.['response_metadata'])?.['messages']);
  const told = [...listOf(body?.['errors']), ...messages].flatMap((each) => textOf(each) ?? []);
  return {
    ...(code === undefined ? {} : { code: code.slice(0, 100) }),
    said: [
      ...(needed === undefined ? [] : [`needs ${needed}`]),
      ...new Set(told.map((text) => text.replace(/^\[\w+\] /, ''))),
    ],
  };
}

/** What a refused call means. A code decides before the HTTP status. */
export function failureOf(error: SlackError, asked: Asked): Failure {
  const { code } = error;
  const row =
    (code === undefined ? undefined : BY_CODE.get(code)) ?? BY_STATUS.get(asked.status) ?? unknown(asked);
  const detail = detailOf(error, asked);
  const told = { detail, ...(code === undefined ? {} : { providerCode: code }) };
  const later = asked.retryAfterMs === undefined ? {} : { retryAfterMs: asked.retryAfterMs };
  const isShown = SHOWS.has(asked.method);
  switch (row.kind) {
    case 'rejected':
      return { ...row, ...told };
    case 'misconfigured':
      return { kind: 'misconfigured', ...told };
    case 'unavailable':
      return { kind: 'unavailable', ...told, ...later };
    case 'throttled':
      return { kind: 'throttled', scope: scopeOf(code, asked), ...told, ...later };
    case 'forbidden':
      return asked.method === 'chat.postMessage'
        ? { kind: 'misconfigured', ...told }
        : { kind: 'rejected', reason: 'policy', ...told };
    case 'doubtful':
      return isShown ? { kind: 'indeterminate', detail } : { kind: 'unavailable', ...told };
  }
}

/** Messages are counted by conversation, one a second; everything else, and the limit of a whole workspace, by account. */
function scopeOf(code: string | undefined, { method }: Asked): 'channel' | 'lane' {
  return method === 'chat.postMessage' && code !== 'message_limit_exceeded' ? 'lane' : 'channel';
}

/** Slack promises nothing about 5xx answers, and a code that is not in the table refuses for good. */
function unknown({ status }: Asked): Row {
  return status >= 500 ? { kind: 'doubtful' } : rejected('provider_rejected');
}

function detailOf({ code, said }: SlackError, { method, status }: Asked): string {
  const what = code === undefined ? `HTTP ${status}` : code;
  const more = said.length === 0 ? '' : ` (${said.join('; ')})`;
  return `Slack answered ${method} with ${what}${more}.`.slice(0, 500);
}

/** Slack could not fetch a picture that it was given the address of; reported to come and go (python-slack-sdk #1782). */
export function missedPicture(failure: Failure): boolean {
  return (
    'providerCode' in failure &&
    failure.providerCode === 'invalid_blocks' &&
    /downloading image/i.test(failure.detail)
  );
}
