import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultName } from '../core/faults.js';
import type { ProviderAnswer } from '../core/journal.js';
import { readBody, sendJson } from '../http/messages.js';
import { isTwilio } from './accounts.js';
import type { TwilioAccount } from './accounts.js';
import type { SmsSide } from './side.js';
import { twilioError } from './twilio-errors.js';
import { createMessage, rawOf, resourceOf } from './twilio-send.js';
import type { TwilioMedia } from './twilio-write.js';

const FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept'];
const ANSWERS: Partial<Record<FaultName, number>> = { throttle: 20429, error: 20503 };
const BODY_LIMIT = 256 * 1024;

/** Twilio's REST interface as far as messages need it: create, read, list, and the files of people. */
export class TwilioApi {
  readonly media: TwilioMedia = new Map();

  constructor(private readonly side: SmsSide) {}

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [pathname = ''] = path.split('?', 1);
    const match = /^\/2010-04-01\/Accounts\/(\w+)\/Messages(?:\/(\w+))?(\.json|\/Media\/\w+)?$/.exec(
      pathname,
    );
    const [, accountSid = '', sid, rest] = match ?? [];
    const callers = this.callers(request, accountSid);
    const [caller] = callers;
    if (!caller) return send(response, this.record('login', null, null, twilioError(20003)));
    if (match && rest?.startsWith('/Media/')) return this.file(response, pathname);
    if (match && request.method === 'POST' && sid === undefined)
      return this.create(request, response, callers);
    if (match && request.method === 'GET') return this.read(response, caller, sid);
    send(response, this.record('other', null, { path: pathname }, twilioError(20404)));
  }

  /** Accounts with these credentials: several channels may share one Twilio account. */
  private callers({ headers }: IncomingMessage, accountSid: string): TwilioAccount[] {
    const login = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    return [...this.side.accounts.values()]
      .filter(isTwilio)
      .filter(({ config }) => config.accountSid === accountSid)
      .filter(
        ({ config }) =>
          login === `${config.accountSid}:${config.authToken}` ||
          (config.apiKey !== null && login === `${config.apiKey}:${config.apiKeySecret ?? ''}`),
      );
  }

  private async create(
    request: IncomingMessage,
    response: ServerResponse,
    callers: TwilioAccount[],
  ): Promise<void> {
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString('utf8'));
    const sender = form.get('MessagingServiceSid') ?? form.get('From');
    const own = callers.find(({ config }) => [config.from, config.messagingServiceSid].includes(sender));
    const account = own ?? callers[0];
    if (!account) return;
    const address = form.get('To');
    const scope = { channelId: account.config.channelId, address };
    const fault = this.side.world.faults.take('sms', FAULTS, scope);
    const run = (): ProviderAnswer => createMessage(this.side, account, form);
    const call = { channelId: account.config.channelId, ...rawOf(form) };
    if (!fault) return send(response, this.record('send', address, call, run()));
    this.faulty(response, fault, { address, call, run });
  }

  private faulty(
    response: ServerResponse,
    { fault, retryAfter, delayMs }: Fault,
    { address, call, run }: { address: string | null; call: object; run: () => ProviderAnswer },
  ): void {
    const code = ANSWERS[fault];
    if (code !== undefined) {
      const headers: Record<string, string> =
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      return send(response, this.record('send', address, call, twilioError(code), fault), headers);
    }
    if (fault === 'reset_after_accept') {
      this.record('send', address, call, run(), fault);
      response.req.socket.resetAndDestroy();
      return;
    }
    const entry = { kind: 'sms', address, operation: 'send', request: call, fault };
    const recorded = this.side.world.journal.record({ ...entry, answer: null });
    if (delayMs === undefined) return;
    this.side.world.timers.after(delayMs, () => {
      recorded.answer = run();
      send(response, recorded.answer);
    });
  }

  private read(response: ServerResponse, account: TwilioAccount, sid: string | undefined): void {
    const all = [...this.side.people.all()].flatMap(({ address, inbox }) =>
      inbox
        .filter(({ channelId }) => channelId === account.config.channelId)
        .map((message) => resourceOf(account, address, message, message.files.length)),
    );
    if (sid === undefined)
      return send(response, { status: 200, body: { messages: all, page: 0, next_page_uri: null } });
    const found = all.find((message) => message['sid'] === sid);
    send(response, found ? { status: 200, body: found } : twilioError(20404));
  }

  /** Files lie elsewhere; the platform redirects to them (Media resource, checked 2026-11). */
  private file(response: ServerResponse, pathname: string): void {
    const found = this.media.get(pathname);
    if (!found) return send(response, twilioError(20404));
    response.writeHead(307, { location: found.location }).end();
  }

  private record(
    operation: string,
    address: string | null,
    request: unknown,
    answer: ProviderAnswer,
    fault?: string,
  ): ProviderAnswer {
    const call = { kind: 'sms', address, operation, request, answer };
    this.side.world.journal.record(fault === undefined ? call : { ...call, fault });
    return answer;
  }
}

function send(
  response: ServerResponse,
  { status, body }: ProviderAnswer,
  headers: Record<string, string> = {},
): void {
  sendJson(response, status, body, headers);
}
