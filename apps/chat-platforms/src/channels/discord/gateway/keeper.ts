import type { ChannelAccount, Connection, ConnectionKit } from '@skein/channel-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { DiscordConfig } from '../config.js';
import { answerInteraction } from './answer-interaction.js';
import { pauseMs } from './backoff.js';
import { catchUp } from './catch-up.js';
import type { Ending } from './close-codes.js';
import { findGateway } from './find-gateway.js';
import { Link } from './link.js';
import { Memory } from './memory.js';
import { openSocket } from './open-socket.js';

/** Tries at the address of a session before the general one is asked for. */
const TRIES_AT_SESSION = 3;
/** How often the place in the session is kept, in ms. */
const SAVE_MS = 1_000;
/** A connection that held for so long was a good one. */
const GOOD_AFTER_MS = 5_000;

/** Keeps one account connected: one {@link Link} after the other, until it is stopped or cannot work at all. */
export class Keeper implements Connection {
  private readonly stopping = new AbortController();
  private readonly memory: Memory;
  private readonly done: Promise<void>;
  private readonly saving: NodeJS.Timeout;
  private saved = '';
  private link: Link | undefined;

  constructor(
    private readonly account: ChannelAccount<DiscordConfig>,
    private readonly kit: ConnectionKit,
  ) {
    this.memory = new Memory(account.config.applicationId, kit.remembered);
    this.saving = setInterval(() => void this.save(), SAVE_MS);
    this.done = this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.saving);
    this.stopping.abort();
    this.link?.stop();
    await this.done;
    await this.save();
  }

  /** The next process takes the session up where this one got to; what was told in the last second is told again, and known. */
  private async save(): Promise<void> {
    const { session } = this.memory;
    const state = session === undefined ? undefined : { ...session };
    if (state === undefined || JSON.stringify(state) === this.saved) return;
    this.saved = JSON.stringify(state);
    await this.kit.remember(state).catch(() => (this.saved = ''));
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.isStopped) {
      const startedAt = Date.now();
      const ending = await this.once(failures);
      if (this.isStopped) return;
      if (ending.next === 'misconfigured') return this.giveUp(ending.detail);
      if (ending.next === 'fresh') this.memory.session = undefined;
      failures = Date.now() - startedAt >= GOOD_AFTER_MS ? 0 : failures + 1;
      const waitMs = Math.max(pauseMs(failures), ending.next === 'fresh' ? (ending.waitMs ?? 0) : 0);
      this.kit.logger.warn(
        { channelId: this.account.id, detail: ending.detail, next: ending.next, waitMs: Math.round(waitMs) },
        'the Discord gateway is not connected',
      );
      await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Whoever is told may stop this connection, and must not have to wait for itself. */
  private giveUp(detail: string): void {
    this.kit.misconfigured(detail).catch((error: unknown) => {
      this.kit.logger.error({ channelId: this.account.id, err: error }, 'a channel could not be paused');
    });
  }

  /** One connection from beginning to end. Never rejects. */
  private async once(failures: number): Promise<Ending> {
    try {
      const address = await this.address(failures);
      if (typeof address !== 'string') return address;
      const socket = await openSocket(address, this.kit.http);
      if (this.isStopped) return leave(socket);
      this.link = this.linkOver(socket);
      return await this.link.ended;
    } catch (error) {
      return refusalOf(error);
    } finally {
      this.link = undefined;
    }
  }

  private async address(failures: number): Promise<string | Ending> {
    const { session } = this.memory;
    if (session && failures < TRIES_AT_SESSION) return session.url;
    const found = await findGateway(this.account.config, this.kit.http);
    if ('kind' in found) {
      return found.kind === 'misconfigured'
        ? { next: 'misconfigured', detail: `Discord refused the bot: ${found.detail}` }
        : { next: 'resume', detail: found.detail };
    }
    if (!session && found.waitMs > 0)
      return { next: 'fresh', detail: 'too many sessions were started today', waitMs: found.waitMs };
    return found.url;
  }

  private linkOver(socket: WebSocket): Link {
    const { account, kit, memory } = this;
    return new Link(socket, {
      token: account.config.botToken,
      memory,
      accept: (events) => kit.accept(events),
      missed: () => catchUp({ config: account.config, http: kit.http, memory, signal: this.stopping.signal }),
      answer: (interaction) => void answerInteraction(interaction, account.config, kit.http),
      onReady: (how) => kit.logger.info({ channelId: account.id }, `the Discord gateway is ${how}`),
      onLost: (error) =>
        kit.logger.error({ channelId: account.id, err: error }, 'an event of Discord could not be stored'),
    });
  }
}

function leave(socket: WebSocket): Ending {
  socket.on('error', () => undefined);
  socket.terminate();
  return { next: 'resume', detail: 'stopped' };
}

/** Only an address that may never be reached is a matter for people. */
function refusalOf(error: unknown): Ending {
  const { code, name } = error as { code?: string; name?: string };
  if (code === 'blocked_address' || code === 'no_gateway')
    return { next: 'misconfigured', detail: 'The address of the Gateway may not be called.' };
  return { next: 'resume', detail: `the Gateway could not be reached (${code ?? name ?? 'unknown'})` };
}
