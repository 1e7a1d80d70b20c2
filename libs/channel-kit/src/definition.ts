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
} from '@skein/contracts';
import type { GuardedClient } from './http/guarded-fetch.js';

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
  /** The address that wrote last and is answered, where it differs from the lane's. */
  part: Part;
  purpose: string;
}

/** What a channel may use of the outside world while it sends. */
export interface SendIo {
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
}

/** A channel kind: everything the kit needs to serve it. */
export interface ChannelDefinition<Config extends object> {
  kind: ChannelKind;
  capabilities: Capabilities;
  /** class-validator class of credentials and settings; secrets carry `@Secret()`. */
  config: new () => Config;
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
  /** A second source of inbound events, such as an SMTP listener; started once per process. */
  listen?(kit: ListenerKit<Config>): Promise<Listener>;
}

export interface WebhookDefinition<Config extends object> {
  /** Checks the provider's signature in constant time; false for anything missing, empty or wrong. Pure. */
  verify(raw: RawRequest, config: Config): boolean;
  /** Reads a verified body. Whatever it does not know becomes `unsupported`; it never throws on a parsed JSON value. Pure. */
  parse(body: unknown, account: { account: string; config: Config }): AddressedEvent[];
  /** Answers the provider's handshake; undefined when the request is none. Pure. */
  handshake?(raw: RawRequest, config: Config): RawAnswer | undefined;
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

/** Keeps a definition's types together. */
export function defineChannel<Config extends object>(
  definition: ChannelDefinition<Config>,
): ChannelDefinition<Config> {
  return definition;
}
