import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import type { JsonObject } from '../core/json.js';
import type { CallRecord, ProviderAnswer } from '../core/journal.js';
import { sendBytes, sendJson } from '../http/messages.js';
import { keepsPace } from './accounts.js';
import type { Account } from './accounts.js';
import { argument, readArguments, readUpload } from './arguments.js';
import { keyOf } from './call.js';
import type { Call, Outcome } from './call.js';
import { addressOf, isPersonId } from './conversations.js';
import { withoutToken } from './messages.js';
import { METHODS } from './methods.js';
import type { SlackSide } from './side.js';

const CALL_FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept', 'out_of_order'];
/** Seconds that Slack asks to wait when a call comes too fast. */
const RETRY_AFTER = '1';
/** An answer that is to come after the events it causes waits this long, in ms. */
const AFTER_EVENTS_MS = 250;

/** The HTTP side: `/api/<method>`, uploads, and files for whoever has the token. */
export class WebApi {
  constructor(private readonly side: SlackSide) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, area = '', name = '', id = ''] = (path.split('?')[0] ?? '').split('/');
    if (area === 'api') return this.method(request, response, name);
    if (area === 'upload') return this.upload(request, response, id);
    if (area === 'files-pri') return this.download(request, response, name);
    sendJson(response, 404, { ok: false, error: 'not_found' });
  }

  private async method(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const read = await readArguments(request);
    const record = { kind: 'slack', address: null, operation: name };
    if ('error' in read) return this.finish(response, { ...record, request: null }, refuse(read.error));
    const { args } = read;
    const written = { ...record, request: withoutToken(args) };
    const row = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (!row) return this.finish(response, written, refuse('unknown_method'));
    const account = this.accountOf(request, args);
    if (typeof account === 'string') return this.finish(response, written, refuse(account));
    const call: Call = { side: this.side, account, args, host: request.headers.host ?? 'localhost' };
    const address = addressIn(account, args);
    const scope = { channelId: account.config.channelId, address };
    const fault = row.shows ? this.side.world.faults.take('slack', CALL_FAULTS, scope) : undefined;
    const run = (): Answer => answerOf(tooFast(account, name, row.perMinute) ?? row.run(call));
    const recorded = { ...written, address };
    if (!fault) return this.finish(response, recorded, this.ran(run));
    this.faulty(response, { ...recorded, fault: fault.fault }, fault, () => this.ran(run));
  }

  private ran(run: () => Answer): Answer {
    const answer = run();
    this.side.world.changed();
    return answer;
  }

  /** What each fault does to a call; see the table in the kind's index file. */
  private faulty(response: ServerResponse, call: Journaled, fault: Fault, run: () => Answer): void {
    if (fault.fault === 'throttle') {
      const after = fault.retryAfter === undefined ? RETRY_AFTER : String(fault.retryAfter);
      return this.finish(response, call, {
        ...answerOf({ error: 'ratelimited' }),
        headers: { 'retry-after': after },
      });
    }
    if (fault.fault === 'error') {
      const body = { ok: false, error: 'service_unavailable' };
      return this.finish(response, call, { status: 503, body, headers: {} });
    }
    if (fault.fault === 'reset_after_accept') {
      this.record(call, run());
      response.req.socket.resetAndDestroy();
      return;
    }
    const isReordered = fault.fault === 'out_of_order';
    const early = isReordered ? run() : undefined;
    const recorded = this.record(call, early ?? null);
    const delayMs = isReordered ? AFTER_EVENTS_MS : fault.delayMs;
    if (delayMs === undefined) return;
    this.side.world.timers.after(delayMs, () => {
      const answer = early ?? run();
      recorded.answer = { status: answer.status, body: answer.body };
      sendJson(response, answer.status, answer.body, answer.headers);
    });
  }

  private async upload(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const ticket = this.side.files.ticket(id);
    const bytes = await readUpload(request);
    const isRight = ticket !== undefined && bytes !== undefined && bytes.length === ticket.length;
    if (isRight) this.side.files.receive(ticket, bytes);
    const answer = isRight ? `OK - ${bytes.length}` : 'Bad Request';
    const request_ = { fileId: ticket?.fileId ?? null, bytes: bytes?.length ?? 0 };
    this.record(
      { kind: 'slack', address: null, operation: 'upload', request: request_ },
      { status: isRight ? 200 : 400, body: answer, headers: {} },
    );
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'text/plain' }).end(answer);
  }

  /** `url_private`: without the token there is only the page to sign in. */
  private download(request: IncomingMessage, response: ServerResponse, id: string): void {
    const file = this.side.files.get(id);
    const account = this.accountOf(request, {});
    const isOpen = typeof account !== 'string' && file?.account === keyOf(account);
    const bytes = isOpen ? this.side.files.bytes(file) : undefined;
    const status = bytes ? 200 : 302;
    this.record(
      { kind: 'slack', address: null, operation: 'GET file', request: { id } },
      { status, body: null, headers: {} },
    );
    if (bytes && file) return sendBytes(response, bytes, file.mimeType);
    response.writeHead(302, { location: '/slack/signin' }).end();
  }

  /** The installation of a token; the error of a missing or wrong one. */
  private accountOf({ headers }: IncomingMessage, args: JsonObject): Account | string {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? argument(args, 'token');
    if (token === undefined) return 'not_authed';
    const account = [...this.side.accounts.values()].find(({ config }) => config.botToken === token);
    if (!account) return 'invalid_auth';
    return account.uninstalled ? 'account_inactive' : account;
  }

  private record(call: Journaled, answer: Answer | null): CallRecord {
    const kept: ProviderAnswer | null = answer === null ? null : { status: answer.status, body: answer.body };
    return this.side.world.journal.record({ ...call, answer: kept });
  }

  private finish(response: ServerResponse, call: Journaled, answer: Answer): void {
    this.record(call, answer);
    sendJson(response, answer.status, answer.body, answer.headers);
  }
}

type Journaled = Omit<CallRecord, 'answer'>;

interface Answer extends ProviderAnswer {
  headers: Record<string, string>;
}

function tooFast(account: Account, method: string, perMinute: number | null): Outcome | undefined {
  if (perMinute === null || account.config.messagesPerSecond === null) return undefined;
  return keepsPace(account, method, perMinute, perMinute / 60) ? undefined : { error: 'ratelimited' };
}

function refuse(error: string): Answer {
  return answerOf({ error });
}

/** Slack answers 200 whatever happened, but 429 to calls that come too fast. */
function answerOf(outcome: Outcome): Answer {
  if ('ok' in outcome) return { status: 200, body: { ok: true, ...outcome.ok }, headers: {} };
  const { error, errors = [] } = outcome;
  if (error === 'ratelimited') {
    return { status: 429, body: { ok: false, error }, headers: { 'retry-after': RETRY_AFTER } };
  }
  const told =
    errors.length === 0
      ? {}
      : { errors, response_metadata: { messages: errors.map((text) => `[ERROR] ${text}`) } };
  return { status: 200, body: { ok: false, error, ...told }, headers: {} };
}

/** The person or room that a call is about. */
function addressIn(account: Account, args: JsonObject): string | null {
  const channel = argument(args, 'channel') ?? argument(args, 'channel_id');
  if (channel === undefined) return null;
  const place = account.conversations.get(channel);
  if (place) return addressOf(place, argument(args, 'thread_ts') ?? null);
  return isPersonId(channel) ? channel : null;
}
