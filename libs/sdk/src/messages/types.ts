import type {
  Author,
  ChannelKind,
  ClientDto,
  Origin,
  Outcome,
  SendToConversationDto,
  SendToPersonDto,
} from '@skein/contracts';
import type { StatedOrigin } from '../context.js';

/** Who a message is for: exactly one of the members. */
export type To =
  | { userId: string }
  /** In E.164 form, such as `+5215512345678`. */
  | { phoneNumber: string }
  | { email: string }
  | { conversationId: string }
  /** `<platform>:<chat>` or `<platform>:<chat>:<thread>`, such as `slack:C012ABC`. */
  | { target: string };

/** What a message says: text, a file, buttons, a mail, a template, a reaction, or several of them one after the other. */
export type Content = NonNullable<SendToPersonDto['content']>;
/** What happens when the platform's window is closed, and when nothing is known of the outcome. */
export type SendOptions = NonNullable<SendToPersonDto['options']>;
/** Data that creates or enriches the contact. */
export type Client = ClientDto;
/** A template as the server takes it. */
export type TemplateContent = NonNullable<SendToConversationDto['content']['template']>;

/** What any send may say beside its content. */
export interface SendMore {
  client?: Client;
  campaignId?: string;
  /** Milliseconds from now, 3,000 to 86,400,000. */
  delay?: number;
  /** ISO 8601, at most a year ahead; without a zone it is read in the workspace's. */
  scheduleTime?: string | Date;
  /** Where the send comes from; inside a job, and inside `withOrigin`, it is known. */
  origin?: StatedOrigin;
  /** Makes the send repeatable: the same key and content is one message. */
  idempotencyKey?: string;
  /** Seconds to wait for an outcome, 0 to 60. Default 10; then the outcome says how far the message is. */
  wait?: number;
}

/** A message to a person: `text` or `content`, one of them. */
export interface SendInput extends SendMore {
  /** The kind of channel; left out, the channel on which the person wrote last. */
  channel?: ChannelKind;
  /** One channel, where the agent has several of a kind. */
  channelId?: string;
  agentId?: string;
  to: To;
  /** Text with `:::` blocks for lists, buttons and the rest. */
  text?: string;
  content?: Content | string;
  options?: SendOptions;
}

/** What became of a message that was sent, as lists and single reads tell it. */
export interface Delivery extends Outcome {
  id: string;
  direction: 'in' | 'out';
  author: Author;
  origin: Origin | null;
  detail: string | null;
  channel: ChannelKind | null;
  channelId: string | null;
  agentId: string | null;
  text: string | null;
  content: Record<string, unknown>;
  parts: Record<string, unknown>[];
  campaignId: string | null;
  idempotencyKey: string | null;
  /** ISO 8601, as all times. */
  scheduledFor: string | null;
  heldUntil: string | null;
  createdAt: string;
  statusAt: string;
}

/** One step in the life of a message, in plain words. */
export interface TimelineItem {
  at: string;
  step: string;
  text: string;
  detail: Record<string, unknown>;
  traceId: string | null;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Give it as `cursor` to get what follows; null at the end. */
  nextCursor: string | null;
}
