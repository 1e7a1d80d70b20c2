import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultName } from '../core/faults.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { textOf } from '../core/json.js';
import { readJsonObject, sendJson } from '../http/messages.js';
import type { Account } from './accounts.js';
import { invalidParameter } from './checks.js';
import { graphError } from './graph-errors.js';
import { MediaCalls } from './media-calls.js';
import type { Receipts } from './receipts.js';
import { sendMessage } from './send.js';
import type { WhatsAppSide } from './side.js';
import { isUserId, phoneDigits } from './wa-id.js';

const CALL_FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'window_closed',
];
const MESSAGE_EDGES = new Set(['messages', 'marketing_messages']);

/** Faults that are nothing but another answer. */
const FAULT_ANSWERS: Partial<Record<FaultName, ProviderAnswer>> = {
  throttle: graphError({ code: 130429, details: 'Cloud API message throughput has been reached.' }),
  error: graphError({ code: 131000, details: 'Message failed to send due to an unknown error.' }),
  window_closed: graphError({
    code: 131047,
    details: 'More than 24 hours have passed since the customer last replied.',
  }),
};

/** The Graph API as far as messaging needs it: `/{version}/{id}[/{edge}]`. */
export class GraphApi {
  private readonly mediaCalls: MediaCalls;

  constructor(
    private readonly side: WhatsAppSide,
    private readonly receipts: Receipts,
  ) {
    this.mediaCalls = new MediaCalls(side);
  }

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [pathname = ''] = path.split('?', 1);
    const segments = pathname.split('/');
    const start = /^v\d+(\.\d+)?$/.test(segments[1] ?? '') ? 2 : 1;
    const [id = '', edge = ''] = segments.slice(start);
    const token = request.headers.authorization ?? '';
    const account = this.side.accounts.get(id);
    if (account && account.bearer === token && request.method === 'POST' && MESSAGE_EDGES.has(edge)) {
      return this.messages(request, response, account);
    }
    return this.others(request, response, { id, edge, token, account });
  }

  private async messages(
    request: IncomingMessage,
    response: ServerResponse,
    account: Account,
  ): Promise<void> {
    const payload = await readJsonObject(request);
    if (!payload) {
      const answer = graphError(invalidParameter('The body is not a JSON object.'));
      return this.finish(response, { operation: 'send', address: null, request: null }, answer);
    }
    if (payload['status'] === 'read') return this.markRead(response, payload);
    const address = addressIn(payload);
    const scope = { channelId: account.config.channelId, address };
    const fault = this.side.world.faults.take('whatsapp', CALL_FAULTS, scope);
    const call = { operation: 'send', address, request: payload };
    if (!fault) return this.finish(response, call, sendMessage(this.side, this.receipts, account, payload));
    const send = (): ProviderAnswer => sendMessage(this.side, this.receipts, account, payload);
    return this.faulty(response, { ...call, fault: fault.fault }, fault, send);
  }

  /** What each fault does to a send; see the table in the kind's index file. */
  private faulty(
    response: ServerResponse,
    call: Call,
    { fault, delayMs, retryAfter }: { fault: FaultName; delayMs?: number; retryAfter?: number },
    send: () => ProviderAnswer,
  ): void {
    const answer = FAULT_ANSWERS[fault];
    if (answer)
      return this.finish(
        response,
        call,
        answer,
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      );
    if (fault === 'reset_after_accept') {
      this.record(call, send());
      response.req.socket.resetAndDestroy();
      return;
    }
    const recorded = this.record(call, null);
    if (delayMs === undefined) return;
    this.side.world.timers.after(delayMs, () => {
      recorded.answer = send();
      sendJson(response, recorded.answer.status, recorded.answer.body);
    });
  }

  private markRead(response: ServerResponse, payload: JsonObject): void {
    const found = this.side.people.findWritten(textOf(payload['message_id']) ?? '');
    const call = { operation: 'read', address: found ? found.person.key : null, request: payload };
    if (!found)
      return this.finish(response, call, graphError(invalidParameter('message_id does not exist.')));
    found.written.seen = true;
    this.finish(response, call, { status: 200, body: { success: true } });
  }

  private async others(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    const { id, edge, token, account } = target;
    const operation = `${request.method ?? 'GET'} ${edge || 'object'}`;
    const call = { operation, address: null, request: { id } };
    const known = [...this.side.accounts.values()].filter(({ bearer }) => bearer === token);
    const [caller] = known;
    if (!caller)
      return this.finish(response, call, graphError({ code: 190, details: 'Cannot parse access token' }));
    const waba = known.find(({ config }) => config.wabaId === id);
    if (request.method === 'GET' && edge === 'message_templates' && waba) {
      return this.finish(response, call, { status: 200, body: templateList(waba, request.url ?? '') });
    }
    if (account && account.bearer === token && edge === 'media' && request.method === 'POST') {
      return this.finish(response, call, await this.mediaCalls.upload(request));
    }
    if (account && account.bearer === token && edge === '' && request.method === 'GET') {
      return this.finish(response, call, { status: 200, body: phoneNumber(account) });
    }
    const media = this.side.media.get(id === 'lookaside' ? edge : id);
    if (!media || account) return this.finish(response, call, unknownObject(id));
    if (id === 'lookaside') return this.mediaCalls.download(response, media);
    this.finish(response, call, this.mediaCalls.describe(request, media));
  }

  private record(call: Call, answer: ProviderAnswer | null): Recorded {
    return this.side.world.journal.record({ kind: 'whatsapp', ...call, answer });
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

interface Call {
  operation: string;
  address: string | null;
  request: unknown;
  fault?: string;
}

interface Recorded {
  answer: ProviderAnswer | null;
}

interface Target {
  id: string;
  edge: string;
  token: string;
  account: Account | undefined;
}

/** The person as the caller named them: `+` and digits, or the BSUID. */
function addressIn(payload: JsonObject): string | null {
  const digits = phoneDigits(textOf(payload['to']) ?? '');
  if (digits !== undefined) return `+${digits}`;
  const userId = textOf(payload['recipient']) ?? '';
  return isUserId(userId) ? userId : null;
}

function unknownObject(id: string): ProviderAnswer {
  const details = `Unsupported request. Object with ID '${id}' does not exist or cannot be loaded due to missing permissions.`;
  return graphError({ code: 100, subcode: 33, details });
}

function phoneNumber({ config }: Account): JsonObject {
  const { phoneNumberId: id, displayPhoneNumber } = config;
  return { id, display_phone_number: displayPhoneNumber, verified_name: 'Sandbox', quality_rating: 'GREEN' };
}

function templateList({ config }: Account, url: string): JsonObject {
  const wanted = new URL(url, 'http://sandbox').searchParams.get('name');
  const data = config.templates
    .filter(({ name }) => wanted === null || name === wanted)
    .map(({ name, language, status, category, components }, index) => ({
      ...{ name, language, status, category, components },
      id: `${config.wabaId}${index}`,
    }));
  return { data, paging: { cursors: {} } };
}
