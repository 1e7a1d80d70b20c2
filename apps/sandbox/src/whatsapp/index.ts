import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView, ChatLine, InboxEntry, PersonSummary, SandboxKind, World } from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readMessages } from '../core/read-up-to.js';
import { forget, newAccount, readAccount, reconfigure, viewOf } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import { chatLines, summaries } from './chat.js';
import { GraphApi } from './graph.js';
import { presentMessage } from './inbox.js';
import { MediaShelf } from './media.js';
import { People } from './people.js';
import { Receipts } from './receipts.js';
import { restoreSide, snapshotSide } from './saved.js';
import type { WhatsAppSide } from './side.js';
import { shakeHands } from '../meta/platform-calls.js';
import { BATCH_SIZE, deliverNotices, LINGER_MS, PARALLEL } from './webhooks.js';
import type { Notice } from './webhooks.js';
import { tellPreference, tellRawValue, tellUserIdUpdate, writeMessage } from './tell.js';

/**
 * Meaning of the faults here:
 * throttle: 130429 with HTTP 429 (and Retry-After) · error: 131000 with HTTP 500 · window_closed: 131047 whatever the window ·
 * hang: without `delayMs` no answer and nothing recorded, with it a late but true answer · reset_after_accept: accepted, receipts
 * go out, the connection is reset without an answer · duplicate_webhook: one POST is made twice · out_of_order: read, delivered,
 * sent in three POSTs · lost_receipt: no receipts for one message.
 */
const FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'window_closed',
  'duplicate_webhook',
  'out_of_order',
  'lost_receipt',
];

/** Other things than messages that a person can cause, by the field of the request that asks for them. */
const TELLINGS = { preference: tellPreference, userIdUpdate: tellUserIdUpdate, rawValue: tellRawValue };

/** WhatsApp Cloud API, Graph API paths under `/whatsapp`. */
class WhatsAppKind implements SandboxKind {
  readonly kind = 'whatsapp';
  readonly faults = FAULTS;
  private readonly side: WhatsAppSide;
  private readonly receipts: Receipts;
  private readonly graph: GraphApi;

  constructor(private readonly world: World) {
    const people = new People();
    this.side = { world, accounts: new Map(), people, media: new MediaShelf(world) };
    this.receipts = new Receipts(world.clock, people);
    this.graph = new GraphApi(this.side, this.receipts);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.graph.handle(request, response, path);
  }

  async register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields));
    await shakeHands(this.world, account);
    if (!account.webhook.verified) this.shakeHandsAgain(account, 1);
    this.world.changed();
    return viewOf(account);
  }

  accounts(): AccountView[] {
    return [...this.side.accounts.values()].map(viewOf);
  }

  inbox(address: string): InboxEntry[] {
    return this.side.people.at(address).inbox.map((message) => presentMessage(this.side, message));
  }

  async write(address: string, fields: Fields): Promise<JsonObject> {
    const person = this.side.people.at(address);
    const met = new Set([...person.inbox, ...person.written].map(({ channelId }) => channelId));
    const account = chooseAccount([...this.side.accounts.values()], met, fields.optionalText('channelId'));
    const question = { side: this.side, person, account, fields };
    const telling = Object.entries(TELLINGS).find(([field]) => fields.has(field));
    const written = telling ? telling[1](question) : writeMessage(question);
    this.world.changed();
    return Promise.resolve({ channelId: account.config.channelId, at: this.world.clock.stamp(), ...written });
  }

  read(address: string, fields: Fields): number {
    const person = this.side.people.at(address);
    const unread = readMessages(person.inbox, fields.optionalText('upTo'));
    for (const message of unread) {
      const account = this.side.accounts.get(message.phoneNumberId);
      if (account) this.receipts.read(account, person, message);
    }
    this.world.changed();
    return unread.length;
  }

  people(): PersonSummary[] {
    return summaries(this.side);
  }

  chat(address: string): ChatLine[] {
    return chatLines(this.side, this.side.people.at(address));
  }

  reset(): void {
    this.side.people.clear();
    this.side.media.clear();
    for (const account of this.side.accounts.values()) forget(account);
  }

  snapshot(): unknown {
    return snapshotSide(this.side);
  }

  restore(saved: unknown): void {
    restoreSide(this.side, saved, (config) => this.adopt(config));
  }

  stop(): Promise<void> {
    for (const { outbox } of this.side.accounts.values()) outbox.clear();
    return Promise.resolve();
  }

  /** A number belongs to one channel and a channel has one number: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    for (const [id, other] of this.side.accounts) {
      if (other.config.channelId === config.channelId && id !== config.phoneNumberId)
        this.side.accounts.delete(id);
    }
    const known = this.side.accounts.get(config.phoneNumberId);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const { world } = this;
    const deliver = (notices: Notice[]): ReturnType<typeof deliverNotices> =>
      deliverNotices(world, account, notices);
    const limits = { lingerMs: LINGER_MS, batchSize: BATCH_SIZE, parallel: PARALLEL };
    const account: Account = newAccount(
      config,
      new Outbox<Notice>({ deliver, timers: world.timers, ...limits }),
    );
    this.side.accounts.set(config.phoneNumberId, account);
    return account;
  }

  /** The receiver may start after the sandbox: ten more tries in about half a minute. */
  private shakeHandsAgain(account: Account, attempt: number): void {
    if (attempt > 10 || account.config.webhookUrl === null) return;
    this.world.timers.after(500 * attempt, () => {
      if (account.webhook.verified || this.side.accounts.get(account.config.phoneNumberId) !== account)
        return;
      void shakeHands(this.world, account).then(() => this.shakeHandsAgain(account, attempt + 1));
    });
  }
}

export const openWhatsApp = (world: World): Promise<SandboxKind> => Promise.resolve(new WhatsAppKind(world));
