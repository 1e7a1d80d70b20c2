import type { Outcome } from '@skein/contracts';
import { currentOrigin } from '../context.js';
import type { Requester } from '../http/requester.js';
import type { SendInput } from './types.js';

/** Seconds that a send waits for its outcome unless told otherwise. */
export const WAIT_S = 10;

/** The body of a send as the server takes it. */
export interface SendBody extends Omit<SendInput, 'idempotencyKey' | 'wait' | 'scheduleTime'> {
  scheduleTime?: string;
  messageContext?: string;
}

/** The body that an input stands for; what is undefined is left out by JSON. */
export function bodyOf({
  idempotencyKey: _key,
  wait: _wait,
  scheduleTime,
  origin = currentOrigin(),
  ...said
}: SendInput & { messageContext?: string }): SendBody {
  const at = scheduleTime instanceof Date ? scheduleTime.toISOString() : scheduleTime;
  return {
    ...said,
    ...(origin === undefined ? {} : { origin }),
    ...(at === undefined ? {} : { scheduleTime: at }),
  };
}

/** Sends one message and waits for what becomes of it. */
export function send(requester: Requester, input: SendInput & { messageContext?: string }): Promise<Outcome> {
  const { idempotencyKey, wait = WAIT_S } = input;
  return requester.request<Outcome>({
    method: 'POST',
    path: '/v1/messages',
    body: bodyOf(input),
    wait,
    sends: true,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}
