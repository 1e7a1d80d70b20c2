import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { messageIdFor, TURN_HEADER } from '@skein/contracts';
import { currentTurn } from '../context.js';
import { errorFor, errorOfProblem, problemIn, type SkeinError } from '../errors/index.js';
import { nextSendKey } from '../jobs/current-run.js';
import { connectionOf, type Connection, type FetchRequest, type SkeinSettings } from '../settings.js';
import { attempt, type Attempt } from './attempt.js';
import { checkHeaders } from './check-headers.js';
import { isDoubtful, isLastWord, pauseAfter } from './retry.js';

/** One call of the API. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its slash, such as `/v1/messages`. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Bytes go as they are, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  /** Makes the call safe to repeat; every write has one, made up where none is given. */
  idempotencyKey?: string;
  /** Seconds for which the server may hold the answer back until it is decisive. */
  wait?: number;
  /** True for what is sent to people: it is sent in the name of the turn that runs, and its key makes the id of a message. */
  sends?: boolean;
  /** The turn that the call is about, where it is not the one that runs. */
  turnToken?: string;
}

/** Calls the API; the one way in which every part of the SDK does. */
export interface Requester {
  /**
   * @returns the body of the answer.
   * @throws a {@link SkeinError} of the class of its code; `UnknownOutcomeError` when a write may have been done.
   */
  request<T>(call: Call): Promise<T>;
  /** Where and as whom it calls. @throws `NotConfiguredError` */
  connection(): Connection;
}

/** A requester that reads its settings when it is first used, so that `configure` may come after the import. */
export function requesterFor(settings: () => SkeinSettings): Requester {
  const connection = (): Connection => connectionOf(settings());
  return { connection, request: <T>(call: Call): Promise<T> => perform<T>(connection(), call) };
}

async function perform<T>(connection: Connection, call: Call): Promise<T> {
  const key =
    call.method === 'GET'
      ? undefined
      : (call.idempotencyKey ?? (call.sends ? nextSendKey() : undefined) ?? randomUUID());
  const { url, request } = prepared(connection, call, key);
  checkHeaders(request.headers);
  const limit = connection.timeoutMs + (call.wait ?? 0) * 1000;
  let isInDoubt = false;
  for (let tries = 1; ; tries++) {
    const result = await attempt(connection, url, request, limit);
    isInDoubt ||= isDoubtful(result);
    const ms = pauseAfter(result, tries, Math.random());
    if (ms !== undefined) {
      await pause(ms);
      continue;
    }
    if (result.kind === 'answer' && result.status < 300) return result.body as T;
    if (key !== undefined && isInDoubt && !isLastWord(result))
      throw unknownOutcome(connection, call, key, result);
    throw errorOf(result, key);
  }
}

function prepared(
  { url, apiKey }: Connection,
  call: Call,
  key: string | undefined,
): { url: string; request: Omit<FetchRequest, 'signal'> } {
  const { method, body, query = {}, contentType = 'application/json', wait } = call;
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const token = call.turnToken ?? (call.sends ? currentTurn()?.request.turnToken : undefined);
  return {
    url: `${url}${call.path}${search === '' ? '' : `?${search}`}`,
    request: {
      method,
      headers: {
        accept: 'application/json',
        'x-api-key': apiKey,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(wait === undefined ? {} : { prefer: `wait=${wait}` }),
        ...(token === undefined ? {} : { [TURN_HEADER]: token }),
      },
      ...(body === undefined ? {} : { body: encoded(body) }),
    },
  };
}

function encoded(body: unknown): string | Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(body) ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
}

/** Codes for answers that are not ours, such as those of a proxy. */
const BY_STATUS: Readonly<Record<number, 'unauthorized' | 'forbidden' | 'not_found' | 'payload_too_large'>> =
  {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    413: 'payload_too_large',
  };

function errorOf(result: Attempt, key: string | undefined): SkeinError {
  const repeat = key === undefined ? {} : { idempotencyKey: key };
  if (result.kind === 'lost') {
    return errorFor('Skein could not be reached; nothing was done.', {
      code: 'unavailable',
      retryable: true,
      next: ['Check the address and that the server runs.', 'Repeat the call later.'],
      ...repeat,
      cause: result.cause,
    });
  }
  const { status, body, retryAfterSeconds } = result;
  const problem = problemIn(body);
  if (problem !== undefined) return errorOfProblem(status, problem, retryAfterSeconds, key);
  return errorFor(`Skein answered with HTTP ${status}.`, {
    code: BY_STATUS[status] ?? 'internal',
    status,
    retryable: status >= 500,
    next: ['Check that the address is that of the Skein API.', 'See the log of the server.'],
    ...repeat,
  });
}

function unknownOutcome({ workspaceId }: Connection, call: Call, key: string, result: Attempt): SkeinError {
  const turn = call.sends ? currentTurn() : undefined;
  const told = result.kind === 'answer' ? problemIn(result.body)?.messageId : undefined;
  // The server makes the ids of what a turn sends from the turn.
  const made =
    call.sends && turn === undefined && workspaceId !== undefined
      ? messageIdFor(workspaceId, key)
      : undefined;
  const messageId = told ?? made;
  const seen = result.kind === 'lost' ? 'no answer came' : `Skein answered with HTTP ${result.status}`;
  return errorFor(`The request left, and ${seen}: it may have been done.`, {
    code: 'unknown_outcome',
    retryable: true,
    next: [
      'Repeat the call with the same idempotencyKey: nothing is done twice.',
      ...(messageId === undefined
        ? []
        : ['Or read the message by messageId; without one, nothing was sent.']),
    ],
    idempotencyKey: key,
    ...(messageId === undefined ? {} : { messageId }),
    ...(result.kind === 'lost' ? { cause: result.cause } : { status: result.status }),
  });
}
