import { randomUUID } from 'node:crypto';
import type { InboundEvent } from '@skein/contracts';
import {
  connectableChannels,
  keepConnectionState,
  releaseConnectionLeases,
  takeConnectionLeases,
  type Db,
} from '@skein/persistence';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { AccountBook } from '../account/account-book.js';
import type { ChannelAccount, ChannelDefinition, Connection, ConnectionDefinition } from '../definition.js';
import type { GuardedClient } from '../http/guarded-fetch.js';
import type { Inbox } from '../inbound/inbox.js';

export interface ConnectionsParts {
  db: Db;
  book: AccountBook;
  definitions: readonly ChannelDefinition<object>[];
  inbox: Inbox;
  client: GuardedClient;
  logger: Logger;
  /** The account does not work: pauses the channel and tells people. */
  pause(account: ChannelAccount<object>, reason: string): Promise<void>;
}

/** How often accounts and leases are looked at, in ms. */
const LOOK_MS = 2000;
/** A process that is gone is followed by another one after this time, in ms; five looks. */
const LEASE_MS = 10_000;

interface Open {
  /** Of the account with which it was opened. */
  fingerprint: string;
  connection: Promise<Connection>;
}

/**
 * Keeps one connection per active account, for the kinds that have them: opened when an account appears or changes, closed when it goes.
 * Exclusive ones belong to the process that holds their lease.
 */
export class Connections {
  private readonly holder = randomUUID();
  private readonly open = new Map<string, Open>();
  private readonly kinds: string[];
  private readonly repeated: RepeatedLog;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private leasedUntil = 0;
  private stopped = false;

  constructor(private readonly parts: ConnectionsParts) {
    this.repeated = new RepeatedLog(parts.logger);
    this.kinds = parts.definitions.filter(({ connection }) => connection).map(({ kind }) => kind);
    if (this.kinds.length > 0) this.again(0);
  }

  /** Closes everything and gives the leases back. Never rejects. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await this.keepOnly(new Set());
    if (this.kinds.length > 0)
      await releaseConnectionLeases(this.parts.db, this.holder).catch(() => undefined);
  }

  private again(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.again(LOOK_MS));
    }, ms);
  }

  private async look(): Promise<void> {
    try {
      const began = Date.now();
      const accounts = await this.accounts();
      const mine = await this.leased(accounts);
      this.leasedUntil = began + LEASE_MS;
      const wanted = accounts.filter(({ id }) => mine.has(id));
      await this.keepOnly(new Set(wanted.map(fingerprintOf)));
      if (!this.stopped) for (const account of wanted) this.ensure(account, mine.get(account.id) ?? null);
    } catch (error) {
      this.repeated.warn('look', { err: error }, 'connections could not be looked after');
      // Without the database nobody can renew a lease: another process may have taken it over.
      if (Date.now() >= this.leasedUntil) await this.keepOnly(new Set(), true);
    }
  }

  private async accounts(): Promise<ChannelAccount<object>[]> {
    const ids = await connectableChannels(this.parts.db, this.kinds);
    const opened = await Promise.all(ids.map((id) => this.parts.book.byId(id)));
    return opened.flatMap((one) => {
      if (one && 'account' in one) return [one.account];
      if (one)
        this.repeated.error(
          `account:${one.channel.id}`,
          { channelId: one.channel.id, reason: one.problem },
          'a channel cannot be connected',
        );
      return [];
    });
  }

  /** What was kept for each account whose connection is ours to keep open. */
  private async leased(accounts: ChannelAccount<object>[]): Promise<Map<string, unknown>> {
    const exclusive = accounts.filter((account) => this.definitionOf(account)?.exclusive);
    const taken = await takeConnectionLeases(
      this.parts.db,
      exclusive.map(({ id }) => id),
      this.holder,
      LEASE_MS,
    );
    const shared = accounts.filter((one) => !exclusive.includes(one));
    return new Map([...taken, ...shared.map(({ id }) => [id, null] as const)]);
  }

  private definitionOf({ kind }: ChannelAccount<object>): ConnectionDefinition<object> | undefined {
    return this.parts.book.definitionOf(kind)?.connection;
  }

  private ensure(account: ChannelAccount<object>, remembered: unknown): void {
    const definition = this.definitionOf(account);
    if (this.open.has(account.id) || definition === undefined) return;
    const { client: http, logger, inbox } = this.parts;
    const connection = definition.open(account, {
      http,
      logger,
      accept: (events: InboundEvent[]) => inbox.accept([{ account, events }]),
      remembered,
      remember: (state) => keepConnectionState(this.parts.db, account.id, this.holder, state),
      misconfigured: (reason) => this.parts.pause(account, reason),
    });
    this.open.set(account.id, { fingerprint: fingerprintOf(account), connection });
    connection.catch((error: unknown) => {
      this.repeated.error(
        `open:${account.id}`,
        { err: error, channelId: account.id },
        'a connection could not be opened',
      );
      this.open.delete(account.id);
    });
  }

  /** Closes what is not among the fingerprints; with `exclusiveOnly`, those that another process may hold by now. */
  private async keepOnly(fingerprints: Set<string>, exclusiveOnly = false): Promise<void> {
    const leaving = [...this.open].filter(([, { fingerprint }]) => !fingerprints.has(fingerprint));
    await Promise.allSettled(
      leaving.map(async ([id, { fingerprint, connection }]) => {
        const kind = fingerprint.split(' ')[0];
        const definition = this.parts.definitions.find((one) => one.kind === kind)?.connection;
        if (exclusiveOnly && !definition?.exclusive) return;
        this.open.delete(id);
        await (await connection).stop();
      }),
    );
  }
}

/** Changes whenever the connection has to be opened anew; credentials are compared by identity, which the book keeps per revision. */
const configIds = new WeakMap<object, string>();
function fingerprintOf({ kind, id, config }: ChannelAccount<object>): string {
  const configId = configIds.get(config) ?? randomUUID();
  configIds.set(config, configId);
  return `${kind} ${id} ${configId}`;
}
