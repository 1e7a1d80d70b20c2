import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView, ChatLine, InboxEntry, PersonSummary, SandboxKind, World } from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readUpTo } from '../core/read-up-to.js';
import { forget, newAccount, readAccount, reconfigure, viewOf } from './accounts.js';
import type { Account, AccountConfig, Update } from './accounts.js';
import { BotApi } from './bot-api.js';
import { addressOf, newChat } from './chats.js';
import type { Chat, ChatMessage } from './chats.js';
import { FileShelf } from './files.js';
import { happen } from './happenings.js';
import { chatLine, presentMessage, summaries } from './inbox.js';
import { restoreSide, snapshotSide } from './saved.js';
import type { TelegramSide } from './side.js';
import { deliver, OUTBOX } from './tell.js';

/**
 * Meaning of the faults here:
 * throttle: 429 with `retry_after` · error: 500 · hang: without `delayMs` no answer and nothing recorded, with it a late but true answer ·
 * reset_after_accept: recorded, the connection is reset without an answer · duplicate_webhook: one update is posted twice ·
 * out_of_order: one update comes behind those after it. There are no windows and no receipts.
 */
const FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'duplicate_webhook',
  'out_of_order',
];

interface Found {
  account: Account;
  chat: Chat;
  message: ChatMessage;
}

/** Telegram: the Bot API under `/telegram`. */
class TelegramKind implements SandboxKind {
  readonly kind = 'telegram';
  readonly faults = FAULTS;
  private readonly side: TelegramSide;
  private readonly api: BotApi;

  constructor(private readonly world: World) {
    this.side = { world, accounts: new Map(), files: new FileShelf(world) };
    this.api = new BotApi(this.side);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.api.handle(request, response, path);
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
    const received = this.found(address).filter(({ message }) => message.direction === 'in');
    return received.map(({ account, chat, message }) => presentMessage(this.side, account, chat, message));
  }

  write(text: string, fields: Fields): Promise<JsonObject> {
    const address = addressOf(text);
    const all = [...this.side.accounts.values()];
    const met = all.filter(({ chats }) => chats.has(address.chat)).map(({ config }) => config.channelId);
    const account = chooseAccount(all, new Set(met), fields.optionalText('channelId'));
    const chat = account.chats.get(address.chat) ?? newChat(address.chat);
    account.chats.set(chat.id, chat);
    const written = happen({ side: this.side, account, chat, address, fields });
    this.world.changed();
    return Promise.resolve({ channelId: account.config.channelId, at: this.world.clock.stamp(), ...written });
  }

  /** The platform tells no bot what was read; the page shows it. */
  read(address: string, fields: Fields): number {
    const received = this.found(address).filter(({ message }) => message.direction === 'in');
    const idOf = ({ chat, message }: Found): string => `${chat.id}:${message.id}`;
    const unread = readUpTo(received, fields.optionalText('upTo'), idOf, ({ message }) => message);
    this.world.changed();
    return unread.length;
  }

  people(): PersonSummary[] {
    return summaries(this.side);
  }

  chat(address: string): ChatLine[] {
    return this.found(address).map(({ account, chat, message }) =>
      chatLine(this.side, account, chat, message),
    );
  }

  reset(): void {
    this.side.files.clear();
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

  /** Messages at an address, of every bot, oldest first. A topic is a place of its own. */
  private found(text: string): Found[] {
    const { chat: id, topic } = addressOf(text);
    const found = [...this.side.accounts.values()].flatMap((account) => {
      const chat = account.chats.get(id);
      return (chat?.messages ?? []).map((message) => ({ account, chat: chat as Chat, message }));
    });
    const here = found.filter(({ message }) => message.topic === topic);
    return here.sort((one, other) => one.message.atMs - other.message.atMs);
  }

  /** A bot belongs to one channel and a channel has one bot: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    const botId = config.token.split(':')[0] ?? '';
    for (const [id, other] of this.side.accounts) {
      if (other.config.channelId === config.channelId && id !== botId) this.side.accounts.delete(id);
    }
    const known = this.side.accounts.get(botId);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const told = (updates: Update[]): ReturnType<typeof deliver> =>
      deliver(this.side, this.api, account, updates);
    const outbox = new Outbox<Update>({ deliver: told, timers: this.world.timers, ...OUTBOX });
    const account: Account = newAccount(config, outbox);
    this.side.accounts.set(botId, account);
    return account;
  }
}

export const openTelegram = (world: World): Promise<SandboxKind> => Promise.resolve(new TelegramKind(world));
