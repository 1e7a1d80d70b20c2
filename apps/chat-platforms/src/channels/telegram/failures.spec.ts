import { describe, expect, it } from '@jest/globals';
import { botErrorOf, failureOf } from './failures.js';

const told = (error_code: number, description: string, parameters?: object) =>
  failureOf(botErrorOf({ ok: false, error_code, description, parameters }, error_code));

describe('B2: what a refusal of the Bot API means', () => {
  it.each([
    [403, 'Forbidden: bot was blocked by the user', 'opted_out'],
    [403, 'Forbidden: user is deactivated', 'opted_out'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'opted_out'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'opted_out'],
    [403, 'Forbidden: bot is not a member of the channel chat', 'opted_out'],
    [403, "Forbidden: bots can't send messages to bots", 'invalid_address'],
    [403, 'Forbidden: not enough rights to send text messages to the chat', 'policy'],
    [403, 'Forbidden: something new', 'policy'],
    [400, 'Bad Request: not enough rights to send photos to the chat', 'policy'],
    [400, 'Bad Request: TOPIC_CLOSED', 'policy'],
    [400, 'Bad Request: chat not found', 'invalid_address'],
    [400, 'Bad Request: message thread not found', 'invalid_address'],
    [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'invalid_address'],
    [400, 'Bad Request: message is too long', 'payload_too_large'],
    [400, 'Bad Request: message caption is too long', 'payload_too_large'],
    [413, 'Request Entity Too Large', 'media_too_large'],
    [400, 'Bad Request: wrong file identifier/HTTP URL specified', 'media_unreachable'],
    [400, 'Bad Request: failed to get HTTP URL content', 'media_unreachable'],
    [400, 'Bad Request: BUTTON_DATA_INVALID', 'provider_rejected'],
    [400, "Bad Request: can't parse entities: Unsupported start tag", 'provider_rejected'],
    [400, 'Bad Request: message text is empty', 'provider_rejected'],
    [400, 'Bad Request: something new', 'provider_rejected'],
    [418, 'A teapot', 'provider_rejected'],
  ])('%i %s → %s', (code, description, reason) => {
    expect(told(code, description)).toEqual({
      kind: 'rejected',
      reason,
      detail: description,
      providerCode: String(code),
    });
  });

  it.each([
    [401, 'misconfigured'],
    [404, 'misconfigured'],
    [409, 'misconfigured'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'indeterminate'],
  ])('%i → %s', (code, kind) => expect(told(code, 'x').kind).toBe(kind));

  it('waits as long as the platform says, for that chat alone', () => {
    expect(told(429, 'Too Many Requests: retry after 17', { retry_after: 17 })).toMatchObject({
      kind: 'throttled',
      scope: 'lane',
      retryAfterMs: 17_000,
    });
    expect(failureOf(botErrorOf(undefined, 429, 2_000))).toMatchObject({ retryAfterMs: 2_000 });
  });

  it('believes the body more than the status, and reads a page of a gateway', () => {
    expect(
      failureOf(botErrorOf({ ok: false, error_code: 403, description: 'bot was blocked by the user' }, 200)),
    ).toMatchObject({
      reason: 'opted_out',
    });
    expect(failureOf(botErrorOf(undefined, 502)).kind).toBe('unavailable');
    expect(botErrorOf({ parameters: { migrate_to_chat_id: -1001234567890 } }, 400).migratedTo).toBe(
      '-1001234567890',
    );
  });
});
