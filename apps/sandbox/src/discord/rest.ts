import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { CallRecord, ProviderAnswer } from '../core/journal.js';
import { readBody, sendBytes } from '../http/messages.js';
import type { Account } from './accounts.js';
import { controlGateway } from './control.js';
import { discordError, magicCodeOf, plainError, tooFast } from './errors.js';
import { readPayload } from './payload.js';
import type { Payload } from './payload.js';
import { headersOfRefusal } from './rates.js';
import type { RateVerdict } from './rates.js';
import { ROUTES } from './routes.js';
import type { Route } from './routes.js';
import { isSignedAddress } from './shapes.js';
import type { DiscordSide } from './side.js';

const CALL_FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept'];
/** A request with its files (API reference, uploading files). */
const BODY_LIMIT = 25 * 1024 * 1024;

interface Matched {
  account: Account;
  route: Route;
  params: Record<string, string>;
  query: URLSearchParams;
}

/** The HTTP API under `/api[/v10]`, attachments under `/attachments`, and what tests do to the Gateway under `/control`. */
export class RestApi {
  constructor(private readonly side: DiscordSide) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const url = new URL(path, 'http://discord');
    if (url.pathname.startsWith('/attachments/')) return this.download(response, url);
    const body = await readBody(request, BODY_LIMIT + 1024 * 1024);
    if (url.pathname === '/control/gateway') return answerWith(response, controlGateway(this.side, body), {});
    const matched = this.match(request, url);
    if ('status' in matched) return this.refuse(request, response, url, matched);
    return this.call(request, response, matched, body);
  }

  private match(request: IncomingMessage, url: URL): Matched | ProviderAnswer {
    const steps = url.pathname.replace(/^\/api(\/v\d+)?\//, '').split('/');
    const found = ROUTES.flatMap((route) => {
      const params = route.method === request.method ? paramsOf(route.path, steps) : undefined;
      return params ? [{ route, params }] : [];
    })[0];
    if (!found) return plainError(404, 'Not Found');
    const token = /^Bot (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const account = [...this.side.accounts.values()].find(({ config }) => config.botToken === token);
    if (!account) return plainError(401, 'Unauthorized');
    if (!/^DiscordBot \(/.test(request.headers['user-agent'] ?? ''))
      return plainError(403, 'The user agent is missing or not valid');
    return { account, ...found, query: url.searchParams };
  }

  private async call(
    request: IncomingMessage,
    response: ServerResponse,
    matched: Matched,
    body: Buffer,
  ): Promise<void> {
    const { account, route, params } = matched;
    const channel = params['channel'] ?? null;
    const verdict = account.rates.take(route.bucket, channel ?? '');
    if (verdict.retryAfter !== undefined) return this.slowDown(response, matched, verdict);
    const payload = body.length > BODY_LIMIT ? 'large' : await readPayload(request, body);
    const shown = typeof payload === 'string' ? null : payload.json;
    const record = { kind: 'discord', address: channel, operation: route.name, request: shown };
    const carry = (): ProviderAnswer => this.carryOut(matched, payload);
    const scope = { channelId: account.config.channelId, address: channel };
    const fault = route.faulty ? this.side.world.faults.take('discord', CALL_FAULTS, scope) : undefined;
    if (fault) return this.faulty(response, { ...record, answer: null, fault: fault.fault }, fault, carry);
    const answer = carry();
    this.side.world.journal.record({ ...record, answer });
    answerWith(response, answer, verdict.headers);
  }

  private carryOut(matched: Matched, payload: Payload | 'large' | 'broken'): ProviderAnswer {
    if (payload === 'large') return discordError(40005);
    if (payload === 'broken') return discordError(50109);
    const { account, route, params, query } = matched;
    const place = this.side.places.get(params['channel'] ?? '');
    if (params['channel'] !== undefined && !place) return discordError(10003);
    const magic = place && route.bucket === 'POST messages' ? magicCodeOf(place.id) : undefined;
    if (magic !== undefined) return discordError(magic);
    return route.run({ side: this.side, account, params, query, payload, place });
  }

  /** What each fault does to a call; see the table in the kind's index file. */
  private faulty(
    response: ServerResponse,
    call: CallRecord,
    { fault, delayMs, retryAfter = 1 }: Fault,
    carry: () => ProviderAnswer,
  ): void {
    const recorded = this.side.world.journal.record(call);
    if (fault === 'throttle') {
      recorded.answer = tooFast(retryAfter, false);
      return answerWith(response, recorded.answer, headersOfRefusal(retryAfter, 'user'));
    }
    if (fault === 'error') {
      recorded.answer = plainError(500, 'Internal Server Error');
      return answerWith(response, recorded.answer, {});
    }
    if (fault === 'reset_after_accept') {
      recorded.answer = carry();
      response.req.socket.resetAndDestroy();
      return;
    }
    if (delayMs === undefined) return;
    this.side.world.timers.after(delayMs, () => {
      recorded.answer = carry();
      answerWith(response, recorded.answer, {});
    });
  }

  private slowDown(response: ServerResponse, { route, params }: Matched, verdict: RateVerdict): void {
    const answer = tooFast(verdict.retryAfter ?? 0, verdict.isGlobal);
    const address = params['channel'] ?? null;
    this.side.world.journal.record({
      kind: 'discord',
      address,
      operation: route.name,
      request: null,
      answer,
    });
    answerWith(response, answer, verdict.headers);
  }

  private refuse(request: IncomingMessage, response: ServerResponse, url: URL, answer: ProviderAnswer): void {
    const operation = `${request.method ?? 'GET'} ${url.pathname}`;
    this.side.world.journal.record({ kind: 'discord', address: null, operation, request: null, answer });
    answerWith(response, answer, {});
  }

  private download(response: ServerResponse, url: URL): void {
    const { world, places } = this.side;
    const [, , placeId = '', fileId = ''] = url.pathname.split('/');
    const files = places.get(placeId)?.messages.flatMap(({ files: all }) => all) ?? [];
    const file = files.find(({ id }) => id === fileId);
    const isGood = isSignedAddress(`/discord${url.pathname}`, url.searchParams, world.clock.now());
    const bytes = file && isGood ? world.blobs.get(file.sha256) : undefined;
    if (bytes && file) return sendBytes(response, bytes, file.mimeType);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
  }
}

function paramsOf(path: readonly string[], steps: readonly string[]): Record<string, string> | undefined {
  if (path.length !== steps.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of path.entries()) {
    const step = steps[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(step);
    else if (part !== step) return undefined;
  }
  return params;
}

function answerWith(response: ServerResponse, answer: ProviderAnswer, headers: Record<string, string>): void {
  if (response.destroyed) return;
  if (answer.status === 204) return void response.writeHead(204, headers).end();
  const text = JSON.stringify(isObject(answer.body) ? (answer.body satisfies JsonObject) : answer.body);
  response.writeHead(answer.status, { 'content-type': 'application/json', ...headers }).end(text);
}
