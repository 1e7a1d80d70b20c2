import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView, ChatLine, InboxEntry, PersonSummary, SandboxKind, World } from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readUpTo } from '../core/read-up-to.js';
import { invalid } from '../core/refusal.js';
import { forget, newAccount, readAccount, reconfigure, REGION, viewOf } from './accounts.js';
import type { Account, AccountConfig, Notice } from './accounts.js';
import { Connector } from './connector.js';
import { isAt, newConversation, placeOf } from './conversations.js';
import type { Conversation, Message } from './conversations.js';
import { event, happen } from './happenings.js';
import { chatLine, presentMessage, summaries } from './inbox.js';
import { Keys } from './keys.js';
import { restoreSide, snapshotSide } from './saved.js';
import type { TeamsSide } from './side.js';
import { deliver, OUTBOX } from './tell.js';
import type { Teller } from './tell.js';

/**
 * Meaning of the faults here:
 * throttle: 429 Throttled (and Retry-After) · error: 502 ServiceError · hang: without `delayMs` no answer and nothing recorded, with it a late
 * but true answer · reset_after_accept: recorded, the connection is reset without an answer · duplicate_webhook: one activity is posted
 * twice · out_of_order: one activity comes behind those after it · lost_receipt: one reading is not told. There are no windows.
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

interface Found {
  account: Account;
  conversation: Conversation;
  message: Message;
}

/** Microsoft Teams: login, signing keys and the Bot Connector under `/teams`. */
class TeamsKind implements SandboxKind {
  readonly kind = 'teams';
  readonly faults = FAULTS;
  private readonly connector: Connector;

  constructor(
    private readonly world: World,
    private readonly side: TeamsSide,
  ) {
    this.connector = new Connector(side);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.connector.handle(request, response, path);
  }

  async register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields));
    if (fields.flag('rotateKeys', false)) await this.side.keys.rotate();
    this.world.changed();
    return viewOf(account);
  }

  accounts(): AccountView[] {
    return [...this.side.accounts.values()].map(viewOf);
  }

  inbox(address: string): InboxEntry[] {
    const received = this.found(address).filter(({ message }) => message.direction === 'in');
    return received.map(({ account, conversation, message }) =>
      presentMessage(this.side, account, conversation, message),
    );
  }

  write(address: string, fields: Fields): Promise<JsonObject> {
    const teller = this.teller(address, fields);
    const region = fields.optionalText('region');
    if (region !== undefined && !REGION.test(region))
      throw invalid('region', 'must be a word of small letters');
    if (region !== undefined) teller.conversation.region = region;
    const written = happen(teller, fields);
    this.world.changed();
    const { channelId } = teller.account.config;
    return Promise.resolve({ channelId, at: this.world.clock.stamp(), ...written });
  }

  /** Told to the bot in a personal chat, as it is where the app has the permission for it. */
  read(address: string, fields: Fields): number {
    const received = this.found(address).filter(({ message }) => message.direction === 'in');
    const idOf = ({ conversation, message }: Found): string => `${conversation.id}:${message.id}`;
    const unread = readUpTo(received, fields.optionalText('upTo'), idOf, ({ message }) => message);
    const latest = unread.at(-1);
    if (latest && latest.conversation.type === 'personal') this.tellRead(address, fields, latest);
    this.world.changed();
    return unread.length;
  }

  people(): PersonSummary[] {
    return summaries(this.side);
  }

  chat(address: string): ChatLine[] {
    return this.found(address).map(({ account, conversation, message }) =>
      chatLine(this.side, account, conversation, message),
    );
  }

  reset(): void {
    for (const account of this.side.accounts.values()) forget(account);
  }

  snapshot(): unknown {
    return snapshotSide(this.side);
  }

  restore(saved: unknown): void {
    restoreSide(saved, (config) => this.adopt(config));
  }

  stop(): Promise<void> {
    for (const { outbox } of this.side.accounts.values()) outbox.clear();
    return Promise.resolve();
  }

  private tellRead(address: string, fields: Fields, { account, message }: Found): void {
    const scope = { channelId: account.config.channelId, address };
    if (this.world.faults.take('teams', ['lost_receipt'], scope)) return;
    const value = { lastReadMessageId: message.id };
    event(this.teller(address, fields), {
      type: 'event',
      name: 'application/vnd.microsoft.readReceipt',
      value,
    });
  }

  /** Whoever writes has the app: a conversation not seen before is one where it was installed. */
  private teller(address: string, fields: Fields): Teller {
    const place = placeOf(address);
    const all = [...this.side.accounts.values()];
    const met = all.filter(({ conversations }) => conversations.has(place.chat));
    const known = new Set(met.map(({ config }) => config.channelId));
    const account = chooseAccount(all, known, fields.optionalText('channelId'));
    const found = account.conversations.get(place.chat) ?? newConversation(place.chat, account.config.region);
    account.conversations.set(place.chat, found);
    const name = fields.object('profile')?.optionalText('name') ?? `Person ${place.chat.slice(2, 8)}`;
    const id = fields.optionalText('from') ?? `29:${place.chat.replace(/\W/g, '').slice(0, 40)}`;
    const from = { id, name, aadObjectId: '7faf8ab2-3d56-4244-b585-20c8a42ed2b8' };
    return { side: this.side, account, conversation: found, place, from };
  }

  /** Messages at an address, of every bot, oldest first. */
  private found(address: string): Found[] {
    const place = placeOf(address);
    const found = [...this.side.accounts.values()].flatMap((account) => {
      const conversation = account.conversations.get(place.chat);
      return (conversation?.messages ?? []).map((message) => ({
        account,
        conversation: conversation as Conversation,
        message,
      }));
    });
    const here = found.filter(({ message }) => isAt(message, place));
    return here.sort((one, other) => one.message.atMs - other.message.atMs);
  }

  /** A bot belongs to one channel and a channel has one bot: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    const { accounts } = this.side;
    for (const [id, other] of accounts) {
      if (other.config.channelId === config.channelId && id !== config.appId) accounts.delete(id);
    }
    const known = accounts.get(config.appId);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const told = (notices: Notice[]): ReturnType<typeof deliver> => deliver(this.side, account, notices);
    const outbox = new Outbox<Notice>({ deliver: told, timers: this.world.timers, ...OUTBOX });
    const account: Account = newAccount(config, outbox);
    accounts.set(config.appId, account);
    return account;
  }
}

export async function openTeams(world: World): Promise<SandboxKind> {
  const side: TeamsSide = { world, accounts: new Map(), keys: await Keys.make() };
  return new TeamsKind(world, side);
}
