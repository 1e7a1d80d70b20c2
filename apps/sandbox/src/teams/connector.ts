import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { readBody, readJsonObject, sendBytes, sendJson } from '../http/messages.js';
import { badArgument, serviceError, throttled, UNAUTHORIZED } from './connector-errors.js';
import { placeOnWire, writtenPlace } from './conversations.js';
import { openIdDocument } from './keys.js';
import { callerOf, logIn } from './login.js';
import { replaceActivity, takeActivity } from './send.js';
import { baseUrl } from './side.js';
import type { TeamsSide } from './side.js';

const CALL_FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept'];
/** A picture of 1 MB in base64, and everything around it. */
const BODY_LIMIT = 4 * 1024 * 1024;
const ACTIVITIES = /^\/([a-z]+)\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/;
const ATTACHMENT = /^\/[a-z]+\/v3\/attachments\/([0-9a-f]{64})\/views\/original$/;
const NOT_FOUND: ProviderAnswer = { status: 404, body: { message: 'No HTTP resource was found.' } };

interface Call {
  operation: string;
  address: string | null;
  request: unknown;
  fault?: string;
}

/** Everything of the platform that bots call: login, keys, the connector, files. */
export class Connector {
  constructor(private readonly side: TeamsSide) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [pathname = '', search = ''] = path.split('?', 2);
    const tenant = /^\/login\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(pathname)?.[1];
    if (tenant !== undefined) return this.login(request, response, tenant);
    if (pathname === '/v1/.well-known/openidconfiguration')
      return sendJson(response, 200, openIdDocument(baseUrl(this.side)));
    if (pathname === '/v1/.well-known/keys') return sendJson(response, 200, this.side.keys.document());
    if (pathname === '/sandbox/tokens') return this.token(request, response);
    if (pathname.startsWith('/download/')) return this.download(response, pathname, search);
    const file = ATTACHMENT.exec(pathname)?.[1];
    if (file !== undefined) return this.attachment(request, response, file);
    return this.activities(request, response, pathname);
  }

  private async login(request: IncomingMessage, response: ServerResponse, tenant: string): Promise<void> {
    const form = new URLSearchParams((await readBody(request, 10_000)).toString('utf8'));
    const shown = { tenant, client_id: form.get('client_id'), scope: form.get('scope') };
    const answer = logIn(this.side, tenant, form);
    const kept = { status: answer.status, body: answer.status === 200 ? null : answer.body };
    this.record({ operation: 'login', address: null, request: shown }, kept);
    sendJson(response, answer.status, answer.body);
  }

  /** Not the platform's: signs a token for a test that posts webhooks itself. */
  private async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = (await readJsonObject(request)) ?? {};
    const token = await this.side.keys.sign({
      audience: String(asked['audience']),
      serviceUrl: String(asked['serviceUrl']),
      ...(typeof asked['issuer'] === 'string' ? { issuer: asked['issuer'] } : {}),
      ...(typeof asked['lifeSeconds'] === 'number' ? { lifeSeconds: asked['lifeSeconds'] } : {}),
      unendorsed: asked['unendorsed'] === true,
    });
    sendJson(response, 200, { token });
  }

  /** A file of a person: the address is its own proof. */
  private download(response: ServerResponse, pathname: string, search: string): void {
    const sha256 = pathname.split('/')[2] ?? '';
    const query = new URLSearchParams(search);
    const bytes = query.get('tempauth') === 'sandbox' ? this.side.world.blobs.get(sha256) : undefined;
    this.record(
      { operation: 'GET file', address: null, request: { sha256 } },
      { status: bytes ? 200 : 404, body: null },
    );
    if (!bytes) return sendJson(response, 404, NOT_FOUND.body);
    sendBytes(response, bytes, query.get('type') ?? 'application/octet-stream');
  }

  /** A picture in somebody's text: only for the bot. */
  private attachment(request: IncomingMessage, response: ServerResponse, sha256: string): void {
    const isBot = callerOf(this.side, request.headers.authorization) !== undefined;
    const bytes = isBot ? this.side.world.blobs.get(sha256) : undefined;
    const answer = bytes ? { status: 200, body: null } : isBot ? NOT_FOUND : UNAUTHORIZED;
    this.record({ operation: 'GET attachment', address: null, request: { sha256 } }, answer);
    if (bytes) return sendBytes(response, bytes, 'image/*');
    sendJson(response, answer.status, answer.body);
  }

  private async activities(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
  ): Promise<void> {
    const [, region = '', conversation = '', id] = ACTIVITIES.exec(pathname) ?? [];
    const wire = decoded(conversation);
    const place = wire === undefined ? undefined : placeOnWire(wire);
    const address = place ? writtenPlace(place) : null;
    const activity = await readJsonObject(request, BODY_LIMIT);
    const operation = operationOf(request.method ?? '', id, activity);
    const call: Call = {
      operation,
      address,
      request: { region, ...(id === undefined ? {} : { id }), activity },
    };
    const account = callerOf(this.side, request.headers.authorization);
    if (!account) return this.finish(response, call, UNAUTHORIZED);
    if (!place || operation === 'unknown') return this.finish(response, call, NOT_FOUND);
    if (!activity) return this.finish(response, call, badArgument('The body is not a JSON object.'));
    const target = { account, place, region, activity };
    const run = (): ProviderAnswer =>
      operation === 'edit' ? replaceActivity(this.side, target, id ?? '') : takeActivity(this.side, target);
    const scope = { channelId: account.config.channelId, address };
    const fault =
      operation === 'typing' ? undefined : this.side.world.faults.take('teams', CALL_FAULTS, scope);
    if (!fault) return this.finish(response, call, run());
    this.faulty(response, { ...call, fault: fault.fault }, fault, run);
  }

  /** What each fault does to a send; see the table in the kind's index file. */
  private faulty(response: ServerResponse, call: Call, fault: Fault, run: () => ProviderAnswer): void {
    const { retryAfter } = fault;
    const headers = waitHeader(retryAfter);
    if (fault.fault === 'throttle') return this.finish(response, call, throttled(), headers);
    if (fault.fault === 'error') return this.finish(response, call, serviceError());
    if (fault.fault === 'reset_after_accept') {
      this.record(call, run());
      response.req.socket.resetAndDestroy();
      return;
    }
    const recorded = this.record(call, null);
    if (fault.delayMs === undefined) return;
    this.side.world.timers.after(fault.delayMs, () => {
      recorded.answer = run();
      sendJson(response, recorded.answer.status, recorded.answer.body);
    });
  }

  private record(call: Call, answer: ProviderAnswer | null): { answer: ProviderAnswer | null } {
    return this.side.world.journal.record({ kind: 'teams', ...call, answer });
  }

  private finish(
    response: ServerResponse,
    call: Call,
    answer: ProviderAnswer & { retryAfter?: number },
    headers: Record<string, string> = {},
  ): void {
    const { status, body, retryAfter } = answer;
    this.record(call, { status, body });
    sendJson(response, status, body, { ...waitHeader(retryAfter), ...headers });
  }
}

function waitHeader(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

function operationOf(method: string, id: string | undefined, activity: JsonObject | undefined): string {
  if (method === 'PUT' && id !== undefined) return 'edit';
  if (method !== 'POST') return 'unknown';
  return activity?.['type'] === 'typing' ? 'typing' : 'send';
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
