import type {
  Capabilities,
  ChannelKind,
  ChannelRow,
  Failure,
  InboundEvent,
  InboundMedia,
  MediaSource,
  Part,
  RawAnswer,
  RawRequest,
  TypingNote,
} from '@skein/contracts';
import type { Logger } from '@skein/runtime';
import type { Bus } from '@skein/messaging';
import type { Db } from '@skein/persistence';
import type { GuardedClient } from './http/guarded-fetch.js';
import type { ChannelConfig } from './service/channel-config.js';

/** A channel with its opened credentials; lives only in the channel service's memory. */
export interface ChannelAccount<Config extends object> extends ChannelRow {
  config: Config;
}

/** Bytes ready to be sent, or to be stored. */
export interface MediaBytes {
  bytes: Buffer;
  mimeType: string;
  filename?: string;
}

/** One provider call with everything the encoder may need. Pure data. */
export interface OutboundCall {
  callId: string;
  /** `<callId>:<attempt>`: travels in the provider's callback field where one exists. */
  callRef: string;
  messageId: string;
  conversationId: string;
  /** The lane's address in the kind's canonical form. */
  address: string;
  /** What {@link InboundEvent}s of the address, or receipts of earlier calls, said about reaching it; {} when nothing did. */
  route: Readonly<Record<string, string>>;
  part: Part;
  purpose: string;
}

/** What a channel may use of the outside world while it sends. */
export interface SendIo {
  /** A public address for the provider's callbacks on this channel: `<SKEIN_PUBLIC_URL>/webhooks/<kind>/<channelId>`. */
  webhookUrl: string;
  /** Aborts at the end of the call's time; every call must honour it. */
  signal: AbortSignal;
  /** The one client for addresses that come with an account's settings or a caller's message. */
  http: GuardedClient;
  /** A public address at which the provider can fetch the file. */
  publicUrl(source: MediaSource): string;
  /** The file's bytes, fetched through the guarded client or the store, at most `maxBytes`. */
  bytes(source: MediaSource, maxBytes: number): Promise<MediaBytes | Failure>;
}

/** The provider took the call. */
export interface ProviderReceipt {
  kind: 'receipt';
  /** The provider's id; null when it gave none. Never invented. */
  providerId: string | null;
  /** The address as the provider knows it, where it differs. */
  providerAddress?: string;
  /** What the provider answered, for the timeline: short and without secrets. */
  note?: string;
  /** Kept with the address and handed to every later call; merged into what is known. */
  route?: Record<string, string>;
}

/** A channel kind: everything the kit needs to serve it. */
export interface ChannelDefinition<Config extends object> {
  kind: ChannelKind;
  capabilities: Capabilities;
  /** class-validator class of credentials and settings; secrets carry `@Secret()`. */
  config: new () => Config;
  /** There is nothing to log in to: a channel may have no credentials. */
  withoutCredentials?: true;
  /** The provider's own id of the account; unique over the deployment. */
  accountOf(config: Config): string;
  /** Makes one provider call. Never throws for a provider's answer: returns it as a receipt or a {@link Failure}. */
  send(call: OutboundCall, account: ChannelAccount<Config>, io: SendIo): Promise<ProviderReceipt | Failure>;
  /** HTTP webhooks, where the provider uses them. */
  webhook?: WebhookDefinition<Config>;
  /** Fetches a file that a person sent. */
  fetchMedia?(
    media: InboundMedia,
    account: ChannelAccount<Config>,
    io: Pick<SendIo, 'signal' | 'http'>,
  ): Promise<MediaBytes | Failure>;
  /** Shows that an answer is being written. Best effort: whatever goes wrong is forgotten. */
  typing?(
    note: TypingNote & { route: OutboundCall['route'] },
    account: ChannelAccount<Config>,
    io: SendIo,
  ): Promise<void>;
  /** A second source of inbound events, such as an SMTP listener; started once per process. */
  listen?(kit: ListenerKit<Config>): Promise<Listener>;
  /** A connection that is kept for each active account, such as a gateway or a bind. */
  connection?: ConnectionDefinition<Config>;
}

/** What a signature may depend on besides the request and the account. */
export interface VerifyContext {
  /** The address the provider called, rebuilt from `SKEIN_PUBLIC_URL`, with its query. */
  url: string;
  now: Date;
  /** For keys that the provider publishes. */
  http: GuardedClient;
}

export interface WebhookDefinition<Config extends object> {
  /** Checks the provider's signature in constant time; false for anything missing, empty, wrong or stale. Never throws. */
  verify(raw: RawRequest, config: Config, context: VerifyContext): boolean | Promise<boolean>;
  /**
   * Reads a verified body: parsed JSON, or the fields of a form (a repeated field is a list). Whatever it does not know becomes
   * `unsupported`; it never throws. A handshake has no events. Pure.
   */
  parse(
    body: unknown,
    account: { account: string; config: Config; query: Record<string, string> },
  ): AddressedEvent[];
  /** Answers a handshake that carries no signature; undefined when the request is none. Pure. */
  handshake?(raw: RawRequest, config: Config): RawAnswer | undefined;
  /** What a verified request is answered after its events are committed; undefined: 200 and `ok`. Pure. */
  reply?(body: unknown, raw: RawRequest, config: Config): RawAnswer | undefined;
}

/** A connection to the provider for each active account, opened and closed as accounts come and go. */
export interface ConnectionDefinition<Config extends object> {
  /** Only one process of the service may have it open at a time, by a lease in the database. */
  exclusive: boolean;
  /** Opens it; resolves once it is being looked after. It mends itself until `stop`. */
  open(account: ChannelAccount<Config>, kit: ConnectionKit): Promise<Connection>;
}

export interface Connection {
  stop(): Promise<void>;
}

export interface ConnectionKit {
  /** Commits the events; resolves when they are durable, rejects when they are not. */
  accept(events: InboundEvent[]): Promise<void>;
  /** Opens guarded sockets and requests. */
  http: GuardedClient;
  logger: Logger;
  /** What {@link remember} kept, by whoever held an exclusive connection of the account before; null when nothing was. */
  remembered: unknown;
  /** Keeps a small JSON value for whoever takes the exclusive connection up next, in this process or another. */
  remember(state: object): Promise<void>;
  /** The credentials do not work: the channel is paused and people are told. */
  misconfigured(detail: string): Promise<void>;
}

/** An inbound event and the provider account it was addressed to. */
export interface AddressedEvent {
  account: string;
  event: InboundEvent;
}

export interface Listener {
  address: string;
  stop(): Promise<void>;
}

export interface ListenerKit<Config extends object> {
  /** The port to listen on; 0 = a free one. */
  listenPort: number;
  /** The active account with this provider-side id, in any workspace. */
  accountFor(account: string): Promise<ChannelAccount<Config> | undefined>;
  /** Commits the events; resolves when they are durable, rejects when they are not (answer the peer with a temporary error). */
  accept(account: ChannelAccount<Config>, events: InboundEvent[]): Promise<void>;
  /** Stores a file that came with a message. */
  store(workspaceId: string, media: MediaBytes): Promise<string>;
}

/** What a channel of our own, which stores its messages itself, may use of the service it runs in. */
export interface ServiceParts {
  db: Db;
  bus: Bus;
  config: ChannelConfig;
  logger: Logger;
}

/** A channel of our own, made once the service's database and bus are there. */
export interface OwnChannel<Config extends object> {
  kind: ChannelKind;
  make(parts: ServiceParts): ChannelDefinition<Config>;
}

/** Keeps a definition's types together. */
export function defineChannel<Config extends object>(
  definition: ChannelDefinition<Config>,
): ChannelDefinition<Config> {
  return definition;
}
