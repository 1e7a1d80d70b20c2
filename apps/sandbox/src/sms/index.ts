import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import { Fields } from '../core/fields.js';
import { isObject, listOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type {
  AccountView,
  ChatLine,
  InboxEntry,
  OpenKind,
  PersonSummary,
  SandboxKind,
  World,
} from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readMessages } from '../core/read-up-to.js';
import { Refusal } from '../core/refusal.js';
import { isTwilio, readAccount, viewOf } from './accounts.js';
import type { Account, AccountConfig, SmppAccount, TwilioAccount } from './accounts.js';
import { chatLines, presentText, summaries } from './inbox.js';
import { People } from './people.js';
import type { SmsSide } from './side.js';
import { Smsc } from './smsc.js';
import { writeToSmsc } from './smsc-deliveries.js';
import type { Delivery } from './smsc-deliveries.js';
import { TwilioApi } from './twilio-api.js';
import { deliverNotice, LINGER_MS } from './twilio-notices.js';
import type { TwilioNotice } from './twilio-notices.js';
import { writeToTwilio } from './twilio-write.js';

/**
 * Meaning of the faults here, at Twilio · at the SMSC:
 * throttle: 20429 with HTTP 429 · 0x58. error: 20503 with HTTP 503 · 0x08. hang: no answer and nothing recorded, with `delayMs` a late but
 * true one. reset_after_accept: taken, receipts go out, the connection is reset. duplicate_webhook: one webhook or deliver_sm comes twice.
 * out_of_order: `delivered` before `sent` · the receipt before the answer. lost_receipt: no receipt for one message. There is no window.
 */
const FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'duplicate_webhook',
  'out_of_order',
  'lost_receipt',
];

/** Text messages: Twilio's REST interface under `/sms`, and an SMSC on a port of its own. */
class SmsKind implements SandboxKind {
  readonly kind = 'sms';
  readonly faults = FAULTS;
  private readonly side: SmsSide;
  private readonly twilio: TwilioApi;
  private readonly smsc: Smsc;
  private port = 0;

  constructor(private readonly world: World) {
    this.side = { world, accounts: new Map(), people: new People() };
    this.twilio = new TwilioApi(this.side);
    this.smsc = new Smsc(this.side);
  }

  async listen(port: number): Promise<this> {
    this.port = await this.smsc.listen(port);
    return this;
  }

  addresses(): Record<string, string> {
    return { smppUrl: `smpp://127.0.0.1:${this.port}` };
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.twilio.handle(request, response, path);
  }

  register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields));
    this.world.changed();
    return Promise.resolve(viewOf(account));
  }

  accounts(): AccountView[] {
    return [...this.side.accounts.values()].map(viewOf);
  }

  inbox(address: string): InboxEntry[] {
    return this.side.people.at(address).inbox.map((message) => presentText(this.world.clock, message));
  }

  write(address: string, fields: Fields): Promise<JsonObject> {
    for (const unknown of ['press', 'reaction', 'edit']) {
      if (fields.has(unknown)) throw new Refusal(409, 'not_supported', `A text message has no ${unknown}.`);
    }
    const person = this.side.people.at(address);
    const met = new Set([...person.inbox, ...person.written].map(({ channelId }) => channelId));
    const all = [...this.side.accounts.values()];
    // Whoever has met none of several senders writes to the first.
    const choice = met.size > 0 || fields.has('channelId') ? all : all.slice(0, 1);
    const account = chooseAccount(choice, met, fields.optionalText('channelId'));
    const written = isTwilio(account)
      ? writeToTwilio(this.side, this.twilio.media, account, person, fields)
      : writeToSmsc(this.side, account, person, fields);
    this.world.changed();
    const { channelId } = account.config;
    return Promise.resolve({ channelId, at: this.world.clock.stamp(), ...written });
  }

  /** Phones tell nobody what was read. */
  read(address: string, fields: Fields): number {
    const { inbox } = this.side.people.at(address);
    return readMessages(inbox, fields.optionalText('upTo')).length;
  }

  people(): PersonSummary[] {
    return summaries(this.world.clock, this.side.people);
  }

  chat(address: string): ChatLine[] {
    return chatLines(this.world.clock, this.side.people.at(address));
  }

  reset(): void {
    this.side.people.clear();
    this.twilio.media.clear();
    for (const account of this.side.accounts.values()) {
      account.outbox.clear();
      account.optedOut.clear();
    }
  }

  snapshot(): unknown {
    const accounts = [...this.side.accounts.values()].map(({ config, optedOut }) => ({
      config,
      optedOut: [...optedOut],
    }));
    return { accounts, people: this.side.people.snapshot(), media: [...this.twilio.media] };
  }

  restore(saved: unknown): void {
    if (!isObject(saved)) return;
    this.side.people.restore(saved['people']);
    for (const [path, file] of listOf(saved['media']) as [string, { accountSid: string; location: string }][])
      this.twilio.media.set(path, file);
    for (const each of listOf(saved['accounts']).filter(isObject)) {
      const account = this.adopt(readAccount(new Fields((each['config'] ?? {}) as JsonObject)));
      for (const address of listOf(each['optedOut'])) account.optedOut.add(textOf(address) ?? '');
    }
  }

  async stop(): Promise<void> {
    for (const { outbox } of this.side.accounts.values()) outbox.clear();
    await this.smsc.stop();
  }

  /** A repeated registration changes the settings; what the carrier remembers stays. */
  private adopt(config: AccountConfig): Account {
    const known = this.side.accounts.get(config.channelId);
    if (known?.config.carrier === config.carrier) {
      Object.assign(known, { config });
      return known;
    }
    const account = config.carrier === 'twilio' ? this.newTwilio(config) : this.newSmpp(config);
    this.side.accounts.set(config.channelId, account);
    return account;
  }

  private newTwilio(config: TwilioAccount['config']): TwilioAccount {
    const account: TwilioAccount = {
      config,
      optedOut: new Set(),
      lastAnswer: null,
      outbox: new Outbox<TwilioNotice>({
        ...{ timers: this.world.timers, lingerMs: LINGER_MS, batchSize: 1, parallel: 4 },
        deliver: ([notice]) =>
          notice ? deliverNotice(this.world, account, notice) : Promise.resolve('done'),
      }),
    };
    return account;
  }

  private newSmpp(config: SmppAccount['config']): SmppAccount {
    const account: SmppAccount = {
      config,
      optedOut: new Set(),
      lastAnswer: null,
      mostUnanswered: 0,
      outbox: new Outbox<Delivery>({
        ...{ timers: this.world.timers, lingerMs: LINGER_MS, batchSize: 1, parallel: 4 },
        deliver: ([delivery]) => (delivery ? this.smsc.deliver(account, delivery) : Promise.resolve('done')),
      }),
    };
    return account;
  }
}

export const openSms: OpenKind = (world, { smppPort }) => new SmsKind(world).listen(smppPort);
