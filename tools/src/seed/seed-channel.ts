import type { ChannelKind, ChannelSettings } from '@skein/contracts';
import type { SandboxAccount } from '../seed.js';

/** A channel of the development workspace, on both sides of the wire. */
export interface SeedChannel {
  id: string;
  kind: ChannelKind;
  account: string;
  name: string;
  settings: ChannelSettings;
  credentials: object;
  /** What an outside test needs to sign webhooks. */
  signing: Record<string, string>;
  /** Null for a kind without a provider. */
  sandbox: SandboxAccount | null;
}
