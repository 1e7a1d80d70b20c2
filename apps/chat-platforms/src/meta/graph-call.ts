import { objectOf, parsed, textOf } from '@skein/contracts';
import { Multipart, providerRequest } from '@skein/channel-kit';
import type { MediaBytes, ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject, MediaKind } from '@skein/contracts';
import { failureOf, graphErrorOf } from './failures.js';

/** Where an account's calls go: `<baseUrl>/<sender>/<edge>`. */
export interface GraphAccount {
  /** Host and version, without a trailing slash. */
  baseUrl: string;
  /** The id of the Page or Instagram account. */
  sender: string;
  accessToken: string;
}

/** What the platform answered to a call it took. */
export type GraphAnswer = { answer: JsonObject } | { failure: Failure };

/** One call with JSON. The token travels in a header: addresses end up in logs. */
export async function postJson(
  account: GraphAccount,
  edge: string,
  body: JsonObject,
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<GraphAnswer> {
  const headers = authorization(account);
  return readAnswer(
    await providerRequest({ method: 'POST', url: urlOf(account, edge), headers, body, signal, http }),
  );
}

/** Uploads a file that only this account can send; resolves to its id (Meta, Attachment Upload API, checked 2026-11-21). */
export async function uploadFile(
  account: GraphAccount,
  { type, file, fields }: { type: MediaKind; file: MediaBytes; fields: Readonly<Record<string, string>> },
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<string | Failure> {
  const message = JSON.stringify({ attachment: { type, payload: { is_reusable: true } } });
  const texts = Object.entries({ ...fields, message }).map(([name, text]) => ({ name, text }));
  const body = new Multipart(texts, 'filedata', file);
  const headers = authorization(account);
  const url = urlOf(account, 'message_attachments');
  const uploaded = readAnswer(await providerRequest({ method: 'POST', url, headers, body, signal, http }));
  if ('failure' in uploaded) return nothingSent(uploaded.failure);
  const id = uploaded.answer['attachment_id'];
  const named = textOf(id) ?? (typeof id === 'number' ? String(id) : undefined);
  return named ?? { kind: 'unavailable', detail: 'The platform gave the uploaded file no id.' };
}

/** Whatever became of an upload, the person got nothing: it can be repeated. */
function nothingSent(failure: Failure): Failure {
  return failure.kind === 'indeterminate' ? { ...failure, kind: 'unavailable' } : failure;
}

function urlOf({ baseUrl, sender }: GraphAccount, edge: string): string {
  return `${baseUrl}/${sender}/${edge}`;
}

function authorization({ accessToken }: GraphAccount): Record<string, string> {
  return { authorization: `Bearer ${accessToken}` };
}

function readAnswer(answer: ProviderAnswer | Failure): GraphAnswer {
  if ('kind' in answer) return { failure: answer };
  const { status } = answer;
  const body = objectOf(parsed(answer.body));
  const error = body?.['error'];
  if (status >= 300 || objectOf(error) !== undefined) {
    return { failure: failureOf(graphErrorOf(error), status, answer.retryAfterMs ?? regainMs(answer)) };
  }
  if (body === undefined) {
    const detail = `The platform answered ${status} with an unreadable body.`;
    return { failure: { kind: 'indeterminate', detail } };
  }
  return { answer: body };
}

/**
 * `X-Business-Use-Case-Usage` names the minutes after which calls are taken again:
 * `{"<id>": [{"estimated_time_to_regain_access": 5, …}]}` (Meta, Graph API rate limits, checked 2026-11-21).
 */
function regainMs({ headers }: ProviderAnswer): number | undefined {
  const usage = objectOf(parsed(Buffer.from(headers['x-business-use-case-usage'] ?? '')));
  const minutes = Object.values(usage ?? {})
    .flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : []))
    .map((each) => Number(objectOf(each)?.['estimated_time_to_regain_access']))
    .filter((each) => each > 0);
  return minutes.length === 0 ? undefined : Math.max(...minutes) * 60_000;
}
