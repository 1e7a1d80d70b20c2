import { objectOf, parsed } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject } from '@skein/contracts';
import type { SlackConfig } from './config.js';
import { failureOf, slackErrorOf } from './failures.js';

/** Methods that show something: without a readable answer it is not known whether they did. */
export type ApiAnswer = { answer: JsonObject } | { failure: Failure };

export type ApiIo = Pick<SendIo, 'signal' | 'http'>;

/**
 * One call of the Web API. Arguments go as a form with objects as JSON text: every method takes that, and some nothing else
 * (docs.slack.dev/apis/web-api, checked 2026-11-21).
 */
export async function callApi(
  method: string,
  payload: object,
  { baseUrl, botToken }: SlackConfig,
  { signal, http }: ApiIo,
): Promise<ApiAnswer> {
  const answer = await providerRequest({
    method: 'POST',
    url: `${baseUrl}/${method}`,
    headers: { authorization: `Bearer ${botToken}` },
    body: formOf(payload),
    signal,
    http,
  });
  return 'kind' in answer ? { failure: answer } : readAnswer(method, answer);
}

function readAnswer(method: string, { status, body: bytes, retryAfterMs }: ProviderAnswer): ApiAnswer {
  const body = objectOf(parsed(bytes));
  if (status < 300 && body?.['ok'] === true) return { answer: body };
  if (status < 300 && body?.['ok'] !== false) {
    return {
      failure: { kind: 'indeterminate', detail: `Slack answered ${status} with an unreadable body.` },
    };
  }
  const asked = { method, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return { failure: failureOf(slackErrorOf(body), asked) };
}

function formOf(payload: object): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(payload)) {
    if (value !== undefined) form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return form;
}

/** The same failure of a step before anything was shown: whatever happened to it, the call can be made again. */
export function harmless(failure: Failure): Failure {
  return failure.kind === 'indeterminate' ? { kind: 'unavailable', detail: failure.detail } : failure;
}
