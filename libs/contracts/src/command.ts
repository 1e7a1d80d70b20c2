import type { ListRow, TemplateUse } from './parts.js';
import type { Action, MediaKind, MediaSource } from './components.js';
import type { ChannelKind } from './kinds.js';

export const ORIGINS = ['tool', 'job', 'webhook', 'trigger', 'api', 'campaign', 'operator'] as const;
export type Origin = (typeof ORIGINS)[number];

export const AUTHORS = ['user', 'agent', 'operator', 'system'] as const;
export type Author = (typeof AUTHORS)[number];

/** Exactly one way to name who a message is for. `address` is form 2: an address or a conversation id. */
export type Recipient =
  | { userId: string }
  | { phoneNumber: string }
  | { email: string }
  | { conversationId: string }
  | { address: string };

export type OnClosedWindow = 'hold' | 'fail' | 'template';

export interface SendOptions {
  whatsapp?: {
    onClosedWindow?: OnClosedWindow;
    template?: { name: string; languageCode?: string; params?: string[] };
  };
  onUnknown?: 'report' | 'resend';
  holdForSeconds?: number;
}

export interface EmailContent {
  subject?: string;
  text?: string;
  html?: string;
  cc?: string[];
  bcc?: string[];
  attachments?: { source: MediaSource; filename?: string }[];
  inReplyTo?: string;
  references?: string[];
}

export interface MediaContent {
  media: MediaKind;
  source: MediaSource;
  caption?: string;
  filename?: string;
}

export type InteractiveContent =
  | { type: 'buttons'; text: string; buttons: Action[] }
  | { type: 'list'; text: string; button: string; rows: ListRow[] }
  | { type: 'link'; text: string; label: string; url: string };

/** What a message says, before it is rendered for a channel. */
export interface MessageContent {
  /** Text with `:::` component blocks; parsed only in outbound messages. */
  text?: string;
  media?: MediaContent[];
  interactive?: InteractiveContent;
  email?: EmailContent;
  template?: TemplateUse;
  /** Said one after the other; text of one never joins text of the next. */
  parts?: MessageContent[];
  /** To a message of the conversation; an empty emoji takes it back. */
  reaction?: { messageId: string; emoji: string };
  /** New text for a message that was sent before. */
  edit?: { messageId: string; text: string };
  /** Told to the agent and never to the person: with its next turn, or with one that starts for it. */
  instruction?: { mode: 'wait' | 'resume' };
  /** What the thread shows for a template. */
  messageContext?: string;
}

export interface ClientData {
  name?: string;
  email?: string;
  userId?: string;
  owners?: string[];
  customFields?: Record<string, unknown>;
}

/**
 * The one canonical command behind every surface, as it is stored with the accepted message. Everything that can be known from
 * the request alone has been checked.
 */
export interface SendCommand {
  /** The shape it came in; decides what a closed window means when nobody says it. */
  form: 1 | 2 | 'template';
  to: Recipient;
  /** Resolved at acceptance; absent only when the contact's last channel decides. */
  channelId?: string;
  kind?: ChannelKind;
  agentId?: string;
  content: MessageContent;
  options: SendOptions;
  client?: ClientData;
}

/** Why a message exists; policy differs for the ones Skein itself writes. */
export type Purpose =
  'message' | 'reply' | 'instruction' | 'opt_in_prompt' | 'opt_out_confirmation' | 'keyword_answer';

/** Who speaks in a send of a caller, and why: an instruction is an operator's word to the agent. */
export function voiceOf(content: MessageContent, origin: Origin): { author: Author; purpose: Purpose } {
  if (content.instruction !== undefined) return { author: 'operator', purpose: 'instruction' };
  return { author: origin === 'operator' ? 'operator' : 'agent', purpose: 'message' };
}

/** Purposes that reach a person who is opted out: the one confirmation, and what HELP and START ask for. */
export const SAID_TO_OPTED_OUT: ReadonlySet<Purpose> = new Set<Purpose>([
  'opt_out_confirmation',
  'keyword_answer',
]);

/** The key under which messages to one recipient are kept in order before the recipient is resolved. */
export function recipientKey(to: Recipient, kind: ChannelKind | undefined): string {
  if ('userId' in to) return `u:${to.userId}`;
  if ('conversationId' in to) return `c:${to.conversationId}`;
  if ('phoneNumber' in to) return addressKey(kind ?? 'sms', to.phoneNumber);
  if ('email' in to) return addressKey('email', to.email.toLowerCase());
  return addressKey(kind ?? 'api', to.address);
}

/** The recipient key of an address on a channel kind. */
export function addressKey(kind: ChannelKind, address: string): string {
  return `a:${kind}:${address}`;
}
