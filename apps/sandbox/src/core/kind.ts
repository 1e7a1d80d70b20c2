import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { FixtureFiles } from '../files/fixtures.js';
import type { BlobStore } from './blob-store.js';
import type { SandboxClock } from './clock.js';
import type { FaultName, Faults } from './faults.js';
import type { Fields } from './fields.js';
import type { Journal } from './journal.js';
import type { JsonObject } from './json.js';
import type { Timers } from './timers.js';

/** What every kind shares: one clock, one journal, one set of faults. */
export interface World {
  clock: SandboxClock;
  journal: Journal;
  faults: Faults;
  blobs: BlobStore;
  files: FixtureFiles;
  timers: Timers;
  /** For calls towards Skein: webhooks and handshakes. */
  http: Dispatcher;
  /** Where this sandbox is reached, without a trailing slash. */
  origin(): string;
  /** Tells the snapshot that something worth keeping changed. */
  changed(): void;
}

export interface InboxButton {
  id: string;
  title: string;
  /** reply, row, quick_reply, url, flow …: the platform's own word. */
  type: string;
  url?: string;
  description?: string;
}

export interface InboxAttachment {
  filename: string | null;
  mimeType: string;
  size: number;
  sha256: string;
  /** Where the bytes can be fetched. */
  url: string;
  contentId?: string;
}

export interface InboxMedia {
  type: string;
  url: string;
  mimeType?: string;
  filename?: string;
  sha256?: string;
  size?: number;
}

/** One thing the person sees on their phone or in their mailbox. Kinds add fields of their own. */
export interface InboxEntry {
  id: string;
  at: string;
  channelId: string;
  type: string;
  text: string | null;
  header?: string;
  footer?: string;
  buttons?: InboxButton[];
  media?: InboxMedia;
  template?: JsonObject;
  subject?: string;
  html?: string | null;
  attachments?: InboxAttachment[];
  raw: unknown;
}

/** One line of a chat as the page shows it. */
export interface ChatLine {
  at: string;
  /** `in`: the person received it. `out`: the person wrote it. */
  direction: 'in' | 'out';
  title?: string;
  text: string;
  buttons: InboxButton[];
  media: InboxMedia[];
  note?: string;
}

export interface PersonSummary {
  address: string;
  name: string;
  messages: number;
  unread: number;
  lastAt: string | null;
}

/** A registered provider-side account without its secrets. */
export type AccountView = { kind: string; channelId: string } & JsonObject;

/** One platform's provider side. Everything it needs is in its folder; `kinds.ts` names it. */
export interface SandboxKind {
  readonly kind: string;
  /** Faults it can be told to have. */
  readonly faults: readonly FaultName[];
  /** The provider's own HTTP interface; `path` is what follows `/{kind}` and starts with a slash. */
  handle?(request: IncomingMessage, response: ServerResponse, path: string): void | Promise<void>;
  /** A WebSocket of the provider: the request to upgrade, whose socket is the kind's own from then on. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): void;
  register(fields: Fields): Promise<AccountView>;
  accounts(): AccountView[];
  inbox(address: string): InboxEntry[];
  /** The person writes, presses, reacts; returns what was sent to the account. */
  write(address: string, fields: Fields): Promise<JsonObject>;
  /** The person reads up to an inbox entry, or everything; returns how many became read. */
  read(address: string, fields: Fields): number;
  people(): PersonSummary[];
  chat(address: string): ChatLine[];
  /** Forgets messages and windows; accounts stay. */
  reset(): void;
  /** JSON for the snapshot file, and back. */
  snapshot(): unknown;
  restore(saved: unknown): void;
  /** More addresses for the health answer, such as an SMTP port. */
  addresses?(): Record<string, string>;
  stop(): Promise<void>;
}

/** Ports that kinds open themselves; 0 = any free one. */
export interface KindPorts {
  smtpPort: number;
  smppPort: number;
}

/** Opens one kind; may listen on ports of its own. */
export type OpenKind = (world: World, ports: KindPorts) => Promise<SandboxKind>;
