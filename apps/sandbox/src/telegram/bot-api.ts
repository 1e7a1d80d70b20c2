import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import type { ProviderAnswer } from '../core/journal.js';
import { sendBytes, sendJson } from '../http/messages.js';
import type { Account } from './accounts.js';
import { badRequest, botError, tooManyRequests } from './bot-errors.js';
import { writtenAddress } from './chats.js';
import { METHODS } from './methods.js';
import type { Params } from './params.js';
import { readParams } from './params.js';
import { makesMessage, sendMessage } from './send.js';
import type { TelegramSide } from './side.js';

const CALL_FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept'];

/** Faults that are nothing but another answer. */
const FAULT_ANSWERS: Partial<Record<FaultName, (fault: Fault) => ProviderAnswer>> = {
  throttle: ({ retryAfter = 1 }) => tooManyRequests(retryAfter),
  error: () => botError(500, 'Internal Server Error'),
};

const UNAUTHORIZED = botError(401, 'Unauthorized');
const NOT_FOUND = botError(404, 'Not Found');

interface Call {
  operation: string;
  address: string | null;
  request: unknown;
  fault?: string;
}

/** The Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export class BotApi {
  constructor(private readonly side: TelegramSide) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [pathname = '', search = ''] = path.split('?', 2);
    const [, isFile, token = '', rest = ''] = /^\/(file\/)?bot([^/]*)\/(.*)$/.exec(pathname) ?? [];
    const account = this.accountOf(token);
    const operation = isFile === undefined ? rest : 'GET file';
    if (!account) {
      const answer = /^\d+:[\w-]+$/.test(token) ? UNAUTHORIZED : NOT_FOUND;
      return this.finish(response, { operation, address: null, request: null }, answer);
    }
    if (isFile !== undefined) return this.download(response, decodeURIComponent(rest));
    const params = await readParams(request, search);
    if (!params) {
      const answer = badRequest("can't parse request body");
      return this.finish(response, { operation, address: null, request: null }, answer);
    }
    this.call(response, account, operation, params);
  }

  /** A method that came as the answer to a webhook: done, and told to nobody but the journal. */
  answered(account: Account, method: string, params: Params): void {
    const answer = this.run(account, method, params);
    this.record(
      { operation: method, address: addressIn(params), request: { ...shown(params), via: 'webhook reply' } },
      answer,
    );
  }

  private accountOf(token: string): Account | undefined {
    const account = this.side.accounts.get(token.split(':')[0] ?? '');
    return account?.config.token === token ? account : undefined;
  }

  private call(response: ServerResponse, account: Account, method: string, params: Params): void {
    const address = addressIn(params);
    const call: Call = { operation: method, address, request: shown(params) };
    const scope = { channelId: account.config.channelId, address };
    const strikes = makesMessage(method) || method === 'editMessageText' || method === 'setMessageReaction';
    const fault = strikes ? this.side.world.faults.take('telegram', CALL_FAULTS, scope) : undefined;
    const run = (): ProviderAnswer => this.run(account, method, params);
    if (!fault) return this.finish(response, call, run());
    this.faulty(response, { ...call, fault: fault.fault }, fault, run);
  }

  private run(account: Account, method: string, params: Params): ProviderAnswer {
    if (makesMessage(method)) return sendMessage(this.side, account, method, params);
    const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    return known ? known({ side: this.side, account, params }) : NOT_FOUND;
  }

  /** What each fault does to a call; see the table in the kind's index file. */
  private faulty(response: ServerResponse, call: Call, fault: Fault, run: () => ProviderAnswer): void {
    const answer = FAULT_ANSWERS[fault.fault]?.(fault);
    if (answer) return this.finish(response, call, answer);
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

  private download(response: ServerResponse, path: string): void {
    const file = this.side.files.at(path);
    const bytes = file && this.side.files.bytes(file);
    const answer = { status: bytes ? 200 : 404, body: null };
    this.record({ operation: 'GET file', address: null, request: { path } }, answer);
    if (bytes) return sendBytes(response, bytes, 'application/octet-stream');
    sendJson(response, 404, NOT_FOUND.body);
  }

  private record(call: Call, answer: ProviderAnswer | null): { answer: ProviderAnswer | null } {
    return this.side.world.journal.record({ kind: 'telegram', ...call, answer });
  }

  private finish(response: ServerResponse, call: Call, answer: ProviderAnswer): void {
    this.record(call, answer);
    sendJson(response, answer.status, answer.body);
  }
}

function addressIn(params: Params): string | null {
  const chat = params.text('chat_id');
  return chat === undefined ? null : writtenAddress(chat, params.integer('message_thread_id') ?? null);
}

/** The fields of a call, with files named instead of shown. */
function shown({ values, uploads }: Params): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...values };
  for (const [name, { filename, mimeType, bytes }] of uploads)
    fields[name] = { filename, mimeType, size: bytes.length };
  return fields;
}
