import { describe, expect, it } from '@jest/globals';
import { connectorErrorOf, failureOf } from './failures.js';

const of = (status: number, body: unknown, retryAfterMs?: number) =>
  failureOf(connectorErrorOf(body), status, retryAfterMs);
const coded = (code: string) => ({ error: { code, message: 'Said.' } });

describe('what the connector refuses', () => {
  it('reads the documented JSON inside a string, with and without the sub code', () => {
    const message =
      '{\r\n  "subCode": "MessageWritesBlocked",\r\n  "details": "Thread is blocked from message writes.",\r\n  "errorCode": null,\r\n  "errorSubCode": null\r\n}';
    expect(of(403, { errorCode: 209, message })).toEqual({
      kind: 'rejected',
      reason: 'policy',
      detail: 'Thread is blocked from message writes.',
      providerCode: 'MessageWritesBlocked',
    });
    expect(of(403, { errorCode: 209, message: '{}' })).toMatchObject({
      reason: 'policy',
      providerCode: '209',
    });
    expect(of(403, { error: { code: 'X', message } })).toMatchObject({ reason: 'policy' });
  });

  it('B2: knows every documented code, and puts unknown ones where they do no harm', () => {
    const table: [number, string, string][] = [
      [400, 'Bad Argument', 'provider_rejected'],
      [400, 'BadSyntax', 'provider_rejected'],
      [403, 'BotDisabledByAdmin', 'policy'],
      [403, 'BotNotInConversationRoster', 'policy'],
      [403, 'ConversationBlockedByUser', 'policy'],
      [403, 'ForbiddenOperationException', 'policy'],
      [403, 'InvalidBotApiHost', 'invalid_address'],
      [403, 'NotEnoughPermissions', 'policy'],
      [403, 'Unheard', 'policy'],
      [404, 'ActivityNotFoundInConversation', 'provider_rejected'],
      [404, 'ConversationNotFound', 'invalid_address'],
      [413, 'MessageSizeTooBig', 'payload_too_large'],
      [418, 'Unheard', 'provider_rejected'],
    ];
    for (const [status, code, reason] of table)
      expect(of(status, coded(code))).toMatchObject({ kind: 'rejected', reason });
    const kinds: [number, string][] = [
      [401, 'misconfigured'],
      [412, 'unavailable'],
      [429, 'throttled'],
      [500, 'indeterminate'],
      [502, 'unavailable'],
      [503, 'unavailable'],
      [504, 'indeterminate'],
      [599, 'indeterminate'],
    ];
    for (const [status, kind] of kinds) expect(of(status, undefined)).toMatchObject({ kind });
  });

  it('waits as long as it is told, and only where waiting helps', () => {
    expect(of(429, coded('Throttled'), 3000)).toMatchObject({ scope: 'lane', retryAfterMs: 3000 });
    expect(of(400, coded('BadSyntax'), 3000)).not.toHaveProperty('retryAfterMs');
  });

  it('survives any body', () => {
    for (const body of [null, [], 'x', 7, { error: 'Said' }, { error: [] }, { message: '{"subCode":7}' }])
      expect(of(403, body)).toMatchObject({ kind: 'rejected' });
  });
});
