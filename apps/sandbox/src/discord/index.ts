import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView, ChatLine, InboxEntry, PersonSummary, SandboxKind, World } from '../core/kind.js';
import { readMessages } from '../core/read-up-to.js';
import { forget, newAccount, readAccount, reconfigure, viewOf } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import { chatOf, inboxOf, summaries } from './inbox.js';
import { shakeHands } from './interactions.js';
import { Places } from './places.js';
import { RestApi } from './rest.js';
import { gatewayUrl } from './routes.js';
import { channelObject } from './shapes.js';
import type { DiscordSide } from './side.js';
import { authorFor, isPosted, placeFor, writeAs } from './writes.js';

/**
 * Meaning of the faults here:
 * throttle: 429 of one route, with the exact time in the body · error: HTTP 500 · hang: without `delayMs` no answer and nothing made, with
 * it a late but true answer · reset_after_accept: made, the connection is reset without an answer · duplicate_webhook: one dispatch or
 * one interaction is told twice · out_of_order: one dispatch is told after the next one. There are no receipts and no window.
 */
const FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'duplicate_webhook',
  'out_of_order',
];

/** A person meets a bot that is there: without a session an event would be told to nobody. */
const ONLINE_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 25;

/** Discord: HTTP API v10 under `/discord/api/v10`, the Gateway under `/discord/gateway`, attachments under `/discord/attachments`. */
class DiscordKind implements SandboxKind {
  readonly kind = 'discord';
  readonly faults = FAULTS;
  private readonly side: DiscordSide;
  private readonly rest: RestApi;
  private readonly sockets = new WebSocketServer({ noServer: true });

  constructor(private readonly world: World) {
    this.side = { world, accounts: new Map(), places: new Places() };
    this.rest = new RestApi(this.side);
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return this.rest.handle(request, response, path);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): void {
    const [, name, id] = new URL(path, 'ws://discord').pathname.split('/');
    const account = name === 'gateway' ? this.side.accounts.get(id ?? '') : undefined;
    if (!account) return void socket.destroy();
    this.sockets.handleUpgrade(request, socket, head, (line) => account.gateway.take(line));
  }

  async register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields));
    await this.shakeHands(account, 1);
    this.world.changed();
    return viewOf(account);
  }

  accounts(): AccountView[] {
    return [...this.side.accounts.values()].map(viewOf);
  }

  inbox(address: string): InboxEntry[] {
    const place = this.side.places.get(address);
    return place ? inboxOf(this.side, place) : [];
  }

  async write(address: string, fields: Fields): Promise<JsonObject> {
    const known = this.side.places.get(address);
    const met = new Set(known?.messages.map(({ channelId }) => channelId));
    const account = chooseAccount([...this.side.accounts.values()], met, fields.optionalText('channelId'));
    if (!isPosted(fields) && !fields.flag('unheard', false)) await this.online(account);
    const place = placeFor(this.side, account, address, fields);
    const author = authorFor(this.side, place, fields);
    const written = await writeAs({ side: this.side, account, place, author, fields });
    this.world.changed();
    return { channelId: account.config.channelId, at: this.world.clock.stamp(), ...written };
  }

  read(address: string, fields: Fields): number {
    const received = (this.side.places.get(address)?.messages ?? []).filter(({ fromBot }) => fromBot);
    const unread = readMessages(received, fields.optionalText('upTo'));
    this.world.changed();
    return unread.length;
  }

  people(): PersonSummary[] {
    return summaries(this.side);
  }

  chat(address: string): ChatLine[] {
    const place = this.side.places.get(address);
    return place ? chatOf(this.side, place) : [];
  }

  reset(): void {
    this.side.places.clear();
    for (const account of this.side.accounts.values()) forget(account);
  }

  snapshot(): unknown {
    const accounts = [...this.side.accounts.values()].map(({ config }) => config);
    return { accounts, places: this.side.places.snapshot() };
  }

  restore(saved: unknown): void {
    if (!isObject(saved)) return;
    this.side.places.restore(saved['places']);
    for (const config of listOf(saved['accounts']))
      if (isObject(config)) this.adopt(readAccount(new Fields(config)));
  }

  stop(): Promise<void> {
    for (const { gateway } of this.side.accounts.values()) gateway.stop();
    this.sockets.close();
    return Promise.resolve();
  }

  /** An application belongs to one channel and a channel has one application: the newer registration wins. */
  private adopt(config: AccountConfig): Account {
    for (const [id, { config: other }] of this.side.accounts)
      if (other.channelId === config.channelId && id !== config.applicationId) this.side.accounts.delete(id);
    const known = this.side.accounts.get(config.applicationId);
    if (known) {
      reconfigure(known, config);
      return known;
    }
    const { timers, faults } = this.world;
    const account: Account = newAccount(config, {
      timers,
      faults,
      gatewayUrl: () => gatewayUrl(this.side, account),
      guilds: () => this.guilds(),
    });
    this.side.accounts.set(config.applicationId, account);
    return account;
  }

  /** The receiver may start after the sandbox: ten more tries in about half a minute. */
  private async shakeHands(account: Account, attempt: number): Promise<void> {
    await shakeHands(this.world, account, this.side.places.newId(this.world.clock.now()));
    const isOver = account.webhook.verified || account.config.webhookUrl === null || attempt > 10;
    if (!isOver) this.world.timers.after(500 * attempt, () => void this.shakeHands(account, attempt + 1));
  }

  private async online({ gateway }: Account): Promise<void> {
    const deadline = Date.now() + ONLINE_WITHIN_MS;
    while (!gateway.hasSession && Date.now() < deadline)
      await new Promise<void>((resolve) => void this.world.timers.after(LOOK_EVERY_MS, resolve));
  }

  /** One server holds every room and thread. */
  private guilds(): JsonObject[] {
    const inside = this.side.places.all().filter(({ guildId }) => guildId !== null);
    const [first] = inside;
    if (!first) return [];
    const of = (kind: string): JsonObject[] =>
      inside.filter((place) => place.kind === kind).map((place) => channelObject(place));
    return [{ id: first.guildId, name: 'Sandbox', channels: of('room'), threads: of('thread'), members: [] }];
  }
}

export const openDiscord = (world: World): Promise<SandboxKind> => Promise.resolve(new DiscordKind(world));
