import type { RawAnswer, RawRequest } from '@skein/contracts';

/** The one header of the hand-over: everything of the provider's call but its body, as JSON in base64url (a header is one line). */
export const WEBHOOK_HEADER = 'skein-http';

/** A provider's call on its way from the api to the channel service. */
export interface WebhookCall {
  channelId: string;
  raw: RawRequest;
}

/** The NATS message that hands a webhook over: the untouched body as data, the rest in {@link WEBHOOK_HEADER}. */
export function encodeWebhook({ channelId, raw }: WebhookCall): { data: Buffer; header: string } {
  const { body, ...rest } = raw;
  return { data: body, header: Buffer.from(JSON.stringify({ channelId, ...rest })).toString('base64url') };
}

/** Reads what {@link encodeWebhook} made; undefined for anything else. */
export function decodeWebhook(data: Uint8Array, header: string): WebhookCall | undefined {
  const head = parse(Buffer.from(header, 'base64url').toString('utf8')) ?? parse(header);
  if (!head || typeof head['channelId'] !== 'string') return undefined;
  const raw: RawRequest = {
    method: head['method'] === 'GET' ? 'GET' : 'POST',
    path: typeof head['path'] === 'string' ? head['path'] : '',
    search: typeof head['search'] === 'string' ? head['search'] : '',
    query: stringsOf(head['query']),
    headers: stringsOf(head['headers']),
    body: Buffer.from(data),
  };
  return { channelId: head['channelId'], raw };
}

/** Reads the answer of a channel service. @throws TypeError when it is none. */
export function decodeAnswer(data: Uint8Array): RawAnswer {
  const answer = parse(Buffer.from(data).toString('utf8'));
  if (typeof answer?.['status'] !== 'number') throw new TypeError('not an answer of a channel service');
  return answer as unknown as RawAnswer;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function stringsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
