import type { ClientData, MessageContent, Origin, Recipient, SendOptions } from '../command.js';
import type { ErrorCode } from '../failures.js';
import type { ChannelKind } from '../kinds.js';
import type { FieldError } from '../refusal.js';

/** A send that is right as far as the request alone can tell; its channel is not chosen yet. */
export interface SendRequest {
  form: 1 | 2 | 'template';
  /** A target is resolved where the channel is chosen: only the workspace knows its names. */
  to: Recipient | { target: string };
  channel?: ChannelKind;
  channelId?: string;
  agentId?: string;
  content: MessageContent;
  options: SendOptions;
  client?: ClientData;
  campaignId: string;
  origin: Origin;
  /** When it is to leave; null = now. */
  dueAt: Date | null;
  /** Given inside the item (NATS); null where the surface carries it. */
  idempotencyKey: string | null;
}

/** What reading a time needs to know. */
export interface ParseContext {
  now: Date;
  /** IANA name; a `scheduleTime` without zone is read in it. */
  timeZone: string;
}

export type ParsedSend = { ok: SendRequest } | { errors: FieldError[]; code: ErrorCode; detail: string };
