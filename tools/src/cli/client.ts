import { isHeaderText, NO_HEADER_TEXT } from '@skein/contracts';
import { CliError, EXIT, isCliError, misused, unreachable, type Trouble } from './cli-error.js';
import type { Connection } from './connection.js';

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A list as every list of the api answers. */
export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

/** Milliseconds for an answer; a send may wait up to 60 s for its outcome. */
const ANSWER_MS = 75_000;

/** Calls the api. Every failure becomes a {@link CliError} that says what to do. */
export class Client {
  constructor(readonly connection: Connection) {}

  get = <T>(path: string): Promise<T> => this.json<T>('GET', path);
  post = <T>(path: string, body?: unknown): Promise<T> => this.json<T>('POST', path, { body });

  /** A write under a key, which a failure names when the request may have been taken. */
  async send<T>(
    path: string,
    body: unknown,
    idempotencyKey: string,
    headers: Record<string, string> = {},
  ): Promise<T> {
    if (!isHeaderText(idempotencyKey)) return misused(`--idempotency-key ${NO_HEADER_TEXT}.`);
    const more = { ...headers, 'idempotency-key': idempotencyKey };
    try {
      return await this.json<T>('POST', path, { body, headers: more });
    } catch (error) {
      throw inDoubt(error, idempotencyKey);
    }
  }

  /** The decoded JSON of an answer; undefined when it has no body. */
  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const signal = options.signal ?? AbortSignal.timeout(ANSWER_MS);
    const answer = await this.call(method, path, { ...options, signal });
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** The answer with its body unread; only of a success. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const { url, key } = this.connection;
    const { body, headers, signal } = options;
    const answer = await fetch(`${url}${path}`, {
      method,
      signal,
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error: unknown) => this.away(error));
    return answer.ok ? answer : refusedBy(answer, url);
  }

  private away(error: unknown): never {
    const { name, cause } = error as { name?: string; cause?: { code?: string } };
    if (name === 'AbortError') throw error;
    const why =
      name === 'TimeoutError' ? 'does not answer' : `cannot be reached (${cause?.code ?? 'no connection'})`;
    return unreachable(
      `${this.connection.url} (from ${this.connection.urlFrom}) ${why}.`,
      'Start it with npm start, or give its address with --url or SKEIN_URL.',
    );
  }
}

/** Failures of connecting: the request never left. */
const NEVER_LEFT =
  /\((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\)\.$/;
/** Refusals after which a send may be under way all the same. */
const MAY_GO_ON = new Set(['unavailable', 'internal']);

/** What a failed send says: how to repeat it without sending twice, unless it certainly did nothing. */
export function inDoubt(error: unknown, key: string): unknown {
  const again = `Repeat it with --idempotency-key ${key}: nothing is sent twice.`;
  const known = isCliError(error) ? error : undefined;
  const isRefused = known?.exitCode === EXIT.refused;
  if (known !== undefined && isRefused && !MAY_GO_ON.has(known.trouble.code)) return error;
  if (known !== undefined && NEVER_LEFT.test(known.trouble.detail)) return error;
  const more = { ...known?.trouble, idempotencyKey: key, next: [again] };
  if (known !== undefined && isRefused) return new CliError(EXIT.refused, { ...known.trouble, ...more });
  const { message } = error as Partial<Error>;
  const detail = `It is not known whether it was sent: ${message ?? 'the answer broke off'}`;
  return new CliError(EXIT.unreachable, { ...more, code: 'unknown_outcome', detail });
}

async function refusedBy(answer: Response, url: string): Promise<never> {
  const problem = (await answer.json().catch(() => undefined)) as Partial<Trouble> | undefined;
  if (problem?.code === undefined)
    return unreachable(`${url} answered ${answer.status} and is not a Skein API.`, 'Check the address.');
  const { code, detail = '', errors, choices, next } = problem;
  const more = code === 'unauthorized' ? ['Give a key with --key or SKEIN_API_KEY.'] : next;
  throw new CliError(EXIT.refused, { ...problem, code, detail, errors, choices, next: more });
}
