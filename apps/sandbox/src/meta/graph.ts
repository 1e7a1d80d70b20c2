import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import { objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { sendBytes, sendJson } from '../http/messages.js';
import type { Account } from './accounts.js';
import { BAD_TOKEN, graphError, invalid, RATE_LIMIT, TEMPORARY } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import { readCall } from './read-call.js';
import type { CallBody } from './read-call.js';
import type { Receipts } from './receipts.js';
import { personOf, sendMessage, sendReaction } from './send.js';
import type { MetaSide } from './side.js';
import { uploadAttachment } from './uploads.js';

const CALL_FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'window_closed',
];
const INDICATORS: ReadonlySet<unknown> = new Set(['typing_on', 'typing_off', 'mark_seen']);

interface Call {
  operation: string;
  address: string | null;
  request: unknown;
  fault?: string;
}

/** The Graph API as far as messaging needs it: `/{version}/{id}/{edge}`, and the addresses of files that people sent. */
export class GraphApi {
  constructor(
    private readonly side: MetaSide,
    private readonly receipts: Receipts,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const url = new URL(path, 'http://sandbox');
    const segments = url.pathname.split('/').slice(1);
    if (segments[0] === 'cdn') return this.download(response, segments[1] ?? '', url.searchParams);
    const [id = '', edge = ''] = segments.slice(/^v\d+(\.\d+)?$/.test(segments[0] ?? '') ? 1 : 0);
    const body = request.method === 'POST' ? await readCall(request) : { fields: {} };
    const operation = `${request.method ?? 'GET'} ${edge || 'object'}`;
    const call = { operation, address: null, request: body?.fields ?? null };
    const account = this.accountOf(id, tokenOf(request, url, body?.fields));
    if (account === undefined) return this.refuse(response, call, BAD_TOKEN);
    if (account === 'unknown') return this.refuse(response, call, unknownObject(id));
    if (body === undefined) return this.refuse(response, call, invalid('The body cannot be read.'));
    if (operation === 'POST messages') return this.messages(response, account, body);
    if (operation === 'POST message_attachments') {
      return this.finish(response, { ...call, operation: 'upload' }, uploadAttachment(this.side, body));
    }
    if (operation === 'GET object') {
      return this.finish(response, call, {
        status: 200,
        body: { id: account.config.accountId, name: 'Sandbox' },
      });
    }
    this.refuse(response, call, unknownObject(edge));
  }

  /** Undefined for a token that is nobody's, `unknown` when it is not the token of that object. */
  private accountOf(id: string, token: string): Account | 'unknown' | undefined {
    const holders = [...this.side.accounts.values()].filter(({ config }) => config.accessToken === token);
    const [first] = holders;
    if (first === undefined || token === '') return undefined;
    if (id === 'me') return first;
    return holders.find(({ config }) => config.accountId === id || config.pageId === id) ?? 'unknown';
  }

  private messages(response: ServerResponse, account: Account, { fields }: CallBody): void {
    const address = textOf(objectOf(fields['recipient'])?.['id']) ?? null;
    const action = fields['sender_action'];
    if (INDICATORS.has(action)) return this.indicate(response, account, fields, address);
    const isReaction = action === 'react' || action === 'unreact';
    const send = (): ProviderAnswer =>
      isReaction
        ? sendReaction(this.side, account, fields)
        : sendMessage(this.side, this.receipts, account, fields);
    const call = { operation: isReaction ? 'reaction' : 'send', address, request: fields };
    const scope = { channelId: account.config.channelId, address };
    const { kind } = this.side.platform;
    const fault = this.side.world.faults.take(kind, CALL_FAULTS, scope);
    if (!fault) return this.finish(response, call, send());
    this.faulty(response, { ...call, fault: fault.fault }, fault, send);
  }

  private indicate(
    response: ServerResponse,
    account: Account,
    fields: JsonObject,
    address: string | null,
  ): void {
    const call = { operation: String(fields['sender_action']), address, request: fields };
    const { nobody } = this.side.platform;
    if (personOf(this.side, account, fields) === undefined) return this.refuse(response, call, nobody);
    this.finish(response, call, { status: 200, body: { recipient_id: address } });
  }

  /** What each fault does to a send; see the table in the README. */
  private faulty(response: ServerResponse, call: Call, fault: Fault, send: () => ProviderAnswer): void {
    const answers: Partial<Record<FaultName, GraphProblem>> = {
      throttle: RATE_LIMIT,
      error: TEMPORARY,
      window_closed: this.side.platform.closed,
    };
    const problem = answers[fault.fault];
    if (problem) return this.refuse(response, call, problem, fault.retryAfter);
    if (fault.fault === 'reset_after_accept') {
      this.record(call, send());
      response.req.socket.resetAndDestroy();
      return;
    }
    const recorded = this.record(call, null);
    if (fault.delayMs === undefined) return;
    this.side.world.timers.after(fault.delayMs, () => {
      recorded.answer = send();
      sendJson(response, recorded.answer.status, recorded.answer.body);
    });
  }

  /** No token is asked for: whoever has the address may fetch. */
  private download(response: ServerResponse, sha256: string, query: URLSearchParams): void {
    const bytes = this.side.world.blobs.get(sha256);
    if (bytes) return sendBytes(response, bytes, query.get('type') ?? 'application/octet-stream');
    response.writeHead(404).end();
  }

  private refuse(response: ServerResponse, call: Call, problem: GraphProblem, retryAfter?: number): void {
    const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
    this.finish(response, call, graphError(problem, this.side.platform.errorType), headers);
  }

  private record(call: Call, answer: ProviderAnswer | null): { answer: ProviderAnswer | null } {
    return this.side.world.journal.record({ kind: this.side.platform.kind, ...call, answer });
  }

  private finish(
    response: ServerResponse,
    call: Call,
    answer: ProviderAnswer,
    headers?: Record<string, string>,
  ): void {
    this.record(call, answer);
    sendJson(response, answer.status, answer.body, headers);
  }
}

/** In a header, in the address or among the fields. */
function tokenOf(request: IncomingMessage, url: URL, fields: JsonObject | undefined): string {
  const [scheme, bearer = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer') return bearer;
  return url.searchParams.get('access_token') ?? textOf(fields?.['access_token']) ?? '';
}

function unknownObject(id: string): GraphProblem {
  return {
    code: 100,
    subcode: 33,
    message: `Unsupported request. Object with ID '${id}' does not exist or cannot be loaded due to missing permissions.`,
  };
}
