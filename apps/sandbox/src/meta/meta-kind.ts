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
import { Attachments } from './attachments.js';
import { chatLines, summaries } from './chat.js';
import { GraphApi } from './graph.js';
import { presentMessage } from './inbox.js';
import { People } from './people.js';
import type { Platform } from './platform.js';
import { Receipts } from './receipts.js';
import { restoreSide, snapshotSide } from './saved.js';
import type { MetaSide } from './side.js';
import { shakeHands } from './platform-calls.js';
import { BATCH_SIZE, deliverNotices, LINGER_MS, PARALLEL } from './webhooks.js';
import type { Notice } from './webhooks.js';
import { buildWritten } from './writes.js';

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

/** Facebook Messenger or Instagram Messaging, Graph API paths under `/<kind>`. */
export class MetaKind implements SandboxKind {
  readonly kind: string;
  readonly faults = FAULTS;
  private readonly side: MetaSide;
  private readonly receipts: Receipts;
  private readonly graph: GraphApi;

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
  ) {
    this.kind = platform.kind;
    const attachments = new Attachments(world, platform);
    this.side = { world, platform, accounts: new Map(), people: new People(), attachments };
    this.receipts = new Receipts(world.clock, platform);
    this.graph = new GraphApi(this.side, this.receipts);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.graph.handle(request, response, path);
  }

  async register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields, this.platform));
    await shakeHands(this.world, account);
    if (!account.webhook.verified) this.shakeHandsAgain(account, 1);
    this.world.changed();
    return viewOf(account, this.platform);
  }

  accounts(): AccountView[] {
    return [...this.side.accounts.values()].map((account) => viewOf(account, this.platform));
  }

  inbox(address: string): InboxEntry[] {
    return this.side.people.at(address).inbox.map((message) => presentMessage(this.side, message));
  }

  write(address: string, fields: Fields): Promise<JsonObject> {
    const { people } = this.side;
    const person = people.at(address);
    const met = new Set([...person.inbox, ...person.written].map(({ channelId }) => channelId));
    const account = chooseAccount([...this.side.accounts.values()], met, fields.optionalText('channelId'));
    person.name = fields.object('profile')?.optionalText('name') ?? person.name;
    const { id, type, part, entry, opensWindow } = buildWritten({ side: this.side, person, account, fields });
    const { channelId, accountId } = account.config;
    const atMs = this.world.clock.now();
    const event = { sender: { id: person.id }, recipient: { id: accountId }, timestamp: atMs, ...part };
    people.wrote(person, { atMs, channelId, id, event });
    if (opensWindow) account.windows.set(person.id, atMs);
    account.outbox.push(entry === undefined ? { person: person.id, event } : { person: person.id, entry });
    this.world.changed();
    return Promise.resolve({ channelId, at: this.world.clock.stamp(), id, type });
  }

  read(address: string, fields: Fields): number {
    const { inbox, ...person } = this.side.people.at(address);
    const unread = readMessages(inbox, fields.optionalText('upTo'));
    for (const account of this.side.accounts.values()) {
      const mine = unread.filter(({ accountId }) => accountId === account.config.accountId);
      if (mine.length > 0) this.receipts.read(account, { ...person, inbox }, mine);
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
    this.side.attachments.clear();
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

  /** An account belongs to one channel and a channel has one account: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    const { accounts } = this.side;
    for (const [id, other] of accounts) {
      if (other.config.channelId === config.channelId && id !== config.accountId) accounts.delete(id);
    }
    const known = accounts.get(config.accountId);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const deliver = (notices: Notice[]): ReturnType<typeof deliverNotices> =>
      deliverNotices(this.world, this.platform, account, notices);
    const limits = { lingerMs: LINGER_MS, batchSize: BATCH_SIZE, parallel: PARALLEL };
    const account: Account = newAccount(
      config,
      new Outbox<Notice>({ deliver, timers: this.world.timers, ...limits }),
    );
    accounts.set(config.accountId, account);
    return account;
  }

  /** The receiver may start after the sandbox: ten more tries in about half a minute. */
  private shakeHandsAgain(account: Account, attempt: number): void {
    if (attempt > 10 || account.config.webhookUrl === null) return;
    this.world.timers.after(500 * attempt, () => {
      if (account.webhook.verified || this.side.accounts.get(account.config.accountId) !== account) return;
      void shakeHands(this.world, account).then(() => this.shakeHandsAgain(account, attempt + 1));
    });
  }
}
