import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import type { AccountConfig } from './accounts.js';
import { GatewayLine } from './gateway-line.js';

export interface GatewayWorld {
  timers: World['timers'];
  faults: World['faults'];
  /** `ws://…/discord/gateway`. */
  gatewayUrl(): string;
  /** The servers a bot is in, told after READY. */
  guilds(): JsonObject[];
}

/** A session: what was dispatched in it, so that it can be told again. */
export interface GatewaySession {
  id: string;
  sequence: number;
  told: { s: number; text: string }[];
  intents: number;
}

/** What a test wants to happen to the connection. */
export type Trouble =
  { what: 'drop' | 'reconnect' | 'invalid_session' | 'silence' } | { what: 'close'; code: number };

/** Dispatches that a session tells again. */
const KEPT = 5_000;
/** Intents that are asked of the application's page first. */
const MESSAGE_CONTENT = 1 << 15;
const ALL_INTENTS = 2 ** 26 - 1;

/** The Gateway of one application: one session, at most one line, which may come and go. */
export class Gateway {
  private session: GatewaySession | undefined;
  private line: GatewayLine | undefined;
  private trouble: { trouble: Trouble; after: number } | undefined;
  private held: { t: string; d: JsonObject } | undefined;
  private readonly counts = { identified: 0, resumed: 0, lost: 0 };

  constructor(
    private config: AccountConfig,
    private readonly world: GatewayWorld,
  ) {}

  reconfigure(config: AccountConfig): void {
    this.config = config;
  }

  /** Something told now is told sooner or later. */
  get hasSession(): boolean {
    return this.session !== undefined;
  }

  get isReady(): boolean {
    return this.line?.isReady === true;
  }

  view(): JsonObject {
    return {
      connected: this.isReady,
      sessionId: this.session?.id ?? null,
      sequence: this.session?.sequence ?? 0,
      ...this.counts,
    };
  }

  /** Forgets what was told; a line that stands keeps its session. */
  forget(): void {
    this.trouble = undefined;
    if (this.session) this.session.told = [];
  }

  /** Tells the bot something. Without a session it is told to nobody, as on the platform. */
  dispatch(t: string, d: JsonObject): void {
    const fault = this.world.faults.take('discord', ['duplicate_webhook', 'out_of_order'], {
      channelId: this.config.channelId,
      address: textOf(d['channel_id']),
    })?.fault;
    if (fault === 'out_of_order' && this.held === undefined) {
      this.held = { t, d };
      return;
    }
    this.tell(t, d);
    if (fault === 'duplicate_webhook') this.repeatLast();
    const late = this.held;
    this.held = undefined;
    if (late) this.tell(late.t, late.d);
  }

  /** Lets something happen after so many more dispatches; 0 = now. */
  bringAbout(trouble: Trouble, after: number): void {
    if (after > 0) this.trouble = { trouble, after };
    else this.happen(trouble);
  }

  take(socket: WebSocket): void {
    const line = new GatewayLine(socket, {
      heartbeatMs: this.config.heartbeatMs,
      timers: this.world.timers,
      identify: (d) => this.identify(line, d),
      resume: (d) => this.resume(line, d),
    });
    line.hello();
  }

  stop(): void {
    this.line?.drop();
  }

  private identify(line: GatewayLine, d: JsonObject): void {
    const intents = typeof d['intents'] === 'number' ? d['intents'] : Number.NaN;
    if (d['token'] !== this.config.botToken) return line.close(4004, 'Authentication failed.');
    if (!(intents >= 0 && intents <= ALL_INTENTS)) return line.close(4013, 'Invalid intent(s).');
    if ((intents & MESSAGE_CONTENT) !== 0 && !this.config.messageContent)
      return line.close(4014, 'Disallowed intent(s).');
    this.line?.drop();
    this.line = line;
    this.counts.identified += 1;
    this.session = { id: randomBytes(16).toString('hex'), sequence: 0, told: [], intents };
    line.isReady = true;
    const { applicationId: id, botName: username } = this.config;
    const guilds = this.world.guilds();
    this.tell('READY', {
      v: 10,
      user: { id, username, bot: true },
      session_id: this.session.id,
      resume_gateway_url: this.world.gatewayUrl(),
      guilds: guilds.map((guild) => ({ id: guild['id'], unavailable: true })),
      application: { id, flags: 0 },
    });
    for (const guild of guilds) this.tell('GUILD_CREATE', guild);
  }

  private resume(line: GatewayLine, d: JsonObject): void {
    if (d['token'] !== this.config.botToken) return line.close(4004, 'Authentication failed.');
    const { session } = this;
    if (!session || d['session_id'] !== session.id) return line.invalidSession(false);
    const seq = typeof d['seq'] === 'number' ? d['seq'] : -1;
    if (seq < 0 || seq > session.sequence) return line.close(4007, 'Invalid seq.');
    this.line?.drop();
    this.line = line;
    this.counts.resumed += 1;
    line.isReady = true;
    for (const { s, text } of session.told) if (s > seq) line.write(text);
    this.tell('RESUMED', {});
  }

  private tell(t: string, d: JsonObject): void {
    const { session } = this;
    if (!session) {
      this.counts.lost += 1;
      return;
    }
    session.sequence += 1;
    const text = JSON.stringify({ op: 0, t, s: session.sequence, d });
    session.told.push({ s: session.sequence, text });
    if (session.told.length > KEPT) session.told.shift();
    if (!this.isReady) return;
    this.line?.write(text);
    if (this.trouble && --this.trouble.after <= 0) {
      const { trouble } = this.trouble;
      this.trouble = undefined;
      this.happen(trouble);
    }
  }

  private repeatLast(): void {
    const last = this.session?.told.at(-1);
    if (last && this.isReady) this.line?.write(last.text);
  }

  private happen(trouble: Trouble): void {
    const { line } = this;
    if (trouble.what === 'invalid_session') this.session = undefined;
    if (!line) return;
    if (trouble.what === 'silence') return line.fallSilent();
    this.line = undefined;
    line.isReady = false;
    if (trouble.what === 'close') line.close(trouble.code, 'Brought about.');
    else if (trouble.what === 'reconnect') line.reconnect();
    else if (trouble.what === 'invalid_session') line.invalidSession(false);
    else line.drop();
  }
}
