import { describe, expect, it } from '@jest/globals';
import { failureOf, missedPicture, slackErrorOf } from './failures.js';

const post = { method: 'chat.postMessage', status: 200 };
const failed = (code: string | undefined, asked: Partial<Parameters<typeof failureOf>[1]> = {}) =>
  failureOf({ ...(code === undefined ? {} : { code }), said: [] }, { ...post, ...asked });

describe('failures', () => {
  it.each([
    ['channel_not_found', 'invalid_address'],
    ['not_in_channel', 'invalid_address'],
    ['is_archived', 'invalid_address'],
    ['cannot_dm_bot', 'invalid_address'],
    ['restricted_action_read_only_channel', 'policy'],
    ['edit_window_closed', 'policy'],
    ['msg_too_long', 'payload_too_large'],
    ['msg_blocks_too_long', 'payload_too_large'],
    ['file_upload_size_restricted', 'media_too_large'],
    ['file_not_found', 'media_unreachable'],
    ['invalid_blocks', 'provider_rejected'],
    ['no_text', 'provider_rejected'],
    ['a_code_of_tomorrow', 'provider_rejected'],
    ['constructor', 'provider_rejected'],
  ])('%s is refused for good: %s', (code, reason) => {
    expect(failed(code)).toMatchObject({ kind: 'rejected', reason, providerCode: code });
  });

  it.each([
    'invalid_auth',
    'token_revoked',
    'account_inactive',
    'not_authed',
    'ekm_access_denied',
    'missing_scope',
  ])('%s pauses the channel', (code) =>
    expect(failed(code)).toMatchObject({ kind: 'misconfigured', providerCode: code }),
  );

  it('a scope that only a side line needs does not stop the channel', () => {
    expect(failed('missing_scope', { method: 'reactions.add' })).toMatchObject({
      kind: 'rejected',
      reason: 'policy',
    });
  });

  it('throttles the conversation for messages, the account for everything else', () => {
    const later = { status: 429, retryAfterMs: 7000 };
    expect(failed('ratelimited', later)).toMatchObject({
      kind: 'throttled',
      scope: 'lane',
      retryAfterMs: 7000,
    });
    expect(failed(undefined, later)).toMatchObject({ kind: 'throttled', scope: 'lane' });
    expect(failed('rate_limited')).toMatchObject({ kind: 'throttled', scope: 'lane' });
    expect(failed('ratelimited', { ...later, method: 'chat.update' })).toMatchObject({ scope: 'channel' });
    expect(failed('message_limit_exceeded')).toMatchObject({ scope: 'channel' });
  });

  it('B2: promises nothing about a message that may have been posted', () => {
    expect(failed('internal_error')).toMatchObject({ kind: 'indeterminate' });
    expect(failed('fatal_error', { method: 'files.completeUploadExternal' })).toMatchObject({
      kind: 'indeterminate',
    });
    expect(failed(undefined, { status: 502 })).toMatchObject({ kind: 'indeterminate' });
    expect(failed('internal_error', { method: 'chat.update' })).toMatchObject({ kind: 'unavailable' });
    expect(failed('service_unavailable', { status: 503 })).toMatchObject({ kind: 'unavailable' });
    expect(failed(undefined, { status: 503 })).toMatchObject({ kind: 'unavailable' });
    expect(failed('team_added_to_org')).toMatchObject({ kind: 'unavailable' });
  });

  it('says what Slack said, and which scope is missing', () => {
    const body = {
      error: 'invalid_blocks',
      errors: ['downloading image failed [json-pointer:/blocks/0/image_url]'],
      response_metadata: {
        messages: ['[ERROR] downloading image failed [json-pointer:/blocks/0/image_url]'],
      },
    };
    const failure = failureOf(slackErrorOf(body), post);
    expect(failure.detail).toBe(
      'Slack answered chat.postMessage with invalid_blocks (downloading image failed [json-pointer:/blocks/0/image_url]).',
    );
    expect([missedPicture(failure), missedPicture(failed('invalid_blocks'))]).toEqual([true, false]);
    expect(slackErrorOf({ error: 'missing_scope', needed: 'chat:write' }).said).toEqual(['needs chat:write']);
    expect(slackErrorOf('nonsense')).toEqual({ said: [] });
  });
});
