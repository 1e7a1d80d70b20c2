import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView, ChatLine, InboxEntry, PersonSummary, SandboxKind, World } from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readUpTo } from '../core/read-up-to.js';
import { invalid } from '../core/refusal.js';
import { forget, newAccount, readAccount, reconfigure, viewOf } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import { keyOf } from './call.js';
import { chatLines, summaries } from './chat.js';
import type { Placed } from './chat.js';
import { addressOf, directMessage, readAddress, roomOf } from './conversations.js';
import type { Conversation, SlackMessage } from './conversations.js';
import { deliverNotice, LINGER_MS, shakeHands } from './events.js';
import type { Notice } from './events.js';
import { FileShelf } from './files.js';
import { presentMessage } from './inbox.js';
import { restoreSide, snapshotSide } from './saved.js';
import type { SlackSide } from './side.js';
import { writeAs } from './tell.js';
import { WebApi } from './web-api.js';

/**
 * Meaning of the faults here:
 * throttle: `ratelimited` with HTTP 429 and Retry-After · error: `service_unavailable` with HTTP 503 · hang: without `delayMs` no
 * answer and nothing recorded, with it a late but true answer · reset_after_accept: done, the connection is reset without an answer ·
 * duplicate_webhook: one request is made twice, the second time as a repetition · out_of_order: the answer of a call comes after the
 * events it causes; of a mention's two events `app_mention` comes first · lost_receipt: no `message_metadata_posted` for one message.
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

/** Who acts in a room when the request does not say. */
const SOMEBODY = 'U0SOMEBODY';

/** Slack Web API under `/slack/api`, Events API and interactivity. */
class SlackKind implements SandboxKind {
  readonly kind = 'slack';
  readonly faults = FAULTS;
  private readonly side: SlackSide;
  private readonly api: WebApi;

  constructor(private readonly world: World) {
    this.side = { world, accounts: new Map(), files: new FileShelf(world) };
    this.api = new WebApi(this.side);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.api.handle(request, response, path);
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
    const entries = this.placesAt(address).flatMap(({ account, place }) =>
      messagesAt(place, address)
        .filter(({ byApp }) => byApp)
        .map((message) => presentMessage(this.side, account, place, message)),
    );
    return entries.sort((one, other) => one.at.localeCompare(other.at));
  }

  write(address: string, fields: Fields): Promise<JsonObject> {
    const where = addressed(address);
    const met = new Set(this.placesAt(address).map(({ account }) => account.config.channelId));
    const account = chooseAccount([...this.side.accounts.values()], met, fields.optionalText('channelId'));
    const isPerson = 'user' in where;
    const place = isPerson ? directMessage(account, where.user) : roomOf(account, where.room);
    const user = isPerson ? where.user : (fields.optionalText('user') ?? SOMEBODY);
    const named = fields.object('profile')?.optionalText('name');
    if (named !== undefined) account.names.set(user, named);
    const threadTs =
      (isPerson ? null : where.threadTs) ?? fields.optionalText('thread')?.split(':').at(-1) ?? null;
    const written = writeAs({ side: this.side, account, place, user, threadTs, fields });
    this.world.changed();
    return Promise.resolve({ channelId: account.config.channelId, at: this.world.clock.stamp(), ...written });
  }

  read(address: string, fields: Fields): number {
    const upTo = fields.optionalText('upTo')?.split(':').at(-1);
    const said = this.placesAt(address).flatMap(({ place }) => messagesAt(place, address));
    const unread = readUpTo(
      said,
      upTo,
      ({ ts }) => ts,
      (message) => message,
    );
    this.world.changed();
    return unread.filter(({ byApp }) => byApp).length;
  }

  people(): PersonSummary[] {
    return summaries(this.side, this.places());
  }

  chat(address: string): ChatLine[] {
    return chatLines(this.side, this.placesAt(address));
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

  private places(): Placed[] {
    return [...this.side.accounts.values()].flatMap((account) =>
      [...account.conversations.values()].map((place) => ({ account, place })),
    );
  }

  /** The conversations of an address in which something was said, one for each installation. */
  private placesAt(address: string): Placed[] {
    const where = addressed(address);
    const id = 'user' in where ? where.user : where.room;
    return this.places().filter(({ place }) => addressOf(place, null) === id && place.messages.length > 0);
  }

  /** An app is installed once in a workspace, and a channel has one installation: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    const key = `${config.teamId}:${config.appId}`;
    for (const [other, account] of this.side.accounts) {
      if (account.config.channelId === config.channelId && other !== key) this.side.accounts.delete(other);
    }
    const known = this.side.accounts.get(key);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const { world } = this;
    const deliver = async ([notice]: Notice[]): ReturnType<typeof deliverNotice> =>
      notice === undefined ? 'done' : deliverNotice(world, account, notice);
    const limits = { lingerMs: LINGER_MS, batchSize: 1, parallel: 1 };
    const account: Account = newAccount(
      config,
      new Outbox<Notice>({ deliver, timers: world.timers, ...limits }),
    );
    this.side.accounts.set(keyOf(account), account);
    return account;
  }

  /** The receiver may start after the sandbox: ten more tries in about half a minute. */
  private shakeHandsAgain(account: Account, attempt: number): void {
    if (attempt > 10 || account.config.webhookUrl === null) return;
    this.world.timers.after(500 * attempt, () => {
      if (account.webhook.verified || this.side.accounts.get(keyOf(account)) !== account) return;
      void shakeHands(this.world, account).then(() => this.shakeHandsAgain(account, attempt + 1));
    });
  }
}

function addressed(address: string): NonNullable<ReturnType<typeof readAddress>> {
  const where = readAddress(address);
  if (!where) throw invalid('address', 'must be a person (U…), a room (C…) or a thread (C…:<ts>)');
  return where;
}

/** All of a conversation, or of the thread that the address names. */
function messagesAt(place: Conversation, address: string): SlackMessage[] {
  const where = addressed(address);
  const threadTs = 'user' in where ? null : where.threadTs;
  return threadTs === null
    ? place.messages
    : place.messages.filter((message) => message.threadTs === threadTs);
}

export const openSlack = (world: World): Promise<SandboxKind> => Promise.resolve(new SlackKind(world));
