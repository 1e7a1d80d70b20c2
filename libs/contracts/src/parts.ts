import type { Action, Component, MediaKind, MediaSource } from './components.js';

/** Ordered parameter values of an approved template. */
export interface TemplateUse {
  name: string;
  language: string;
  header?: { type: 'image' | 'video' | 'document'; source: MediaSource; filename?: string };
  params?: string[];
  buttons?: TemplateButtonValue[];
  /** Additional components in the platform's own shape, passed on as they are. */
  components?: Record<string, unknown>[];
}

export interface TemplateButtonValue {
  index: number;
  subType: 'quick_reply' | 'url' | 'copy_code' | 'flow';
  value: string;
}

/** Envelope of an e-mail; bodies are complete, nothing is added by the channel but ids and headers it owns. */
export interface EmailPart {
  type: 'email';
  subject: string;
  text: string;
  html: string;
  cc?: string[];
  bcc?: string[];
  attachments: EmailAttachment[];
  inReplyTo?: string;
  references?: string[];
  /** One-click address (RFC 8058); present on bulk mail only. */
  unsubscribeUrl?: string;
  autoSubmitted?: boolean;
}

export interface EmailAttachment {
  source: MediaSource;
  filename?: string;
  media: MediaKind;
}

export interface ListRow {
  id: string;
  title: string;
  description?: string;
}

/** One card of a row of cards. */
export interface Card {
  title: string;
  subtitle?: string;
  image?: MediaSource;
  buttons: Action[];
}

/**
 * One provider call, already fitted to the channel's capabilities. A message is at most {@link MAX_PARTS} of them. Text is
 * final: dialect applied, length checked.
 */
export type Part =
  | { type: 'text'; text: string }
  | { type: 'media'; media: MediaKind; source: MediaSource; caption?: string; filename?: string }
  | { type: 'buttons'; text: string; buttons: Action[]; image?: MediaSource; footer?: string }
  | { type: 'list'; text: string; button: string; rows: ListRow[] }
  | { type: 'link'; text: string; label: string; url: string }
  | {
      type: 'flow';
      text: string;
      header?: string;
      footer?: string;
      flowId: string;
      cta: string;
      screen?: string;
    }
  | { type: 'template'; template: TemplateUse }
  | { type: 'cards'; text?: string; cards: Card[] }
  /** Everything at once, for a surface that shows components itself; `text` says it in words, for whoever cannot see them. */
  | { type: 'components'; components: Component[]; text: string }
  /** An empty emoji takes the reaction back. */
  | { type: 'reaction'; providerMessageId: string; emoji: string }
  /** Replaces the text of a message that was sent before. */
  | { type: 'edit'; providerMessageId: string; text: string }
  | EmailPart;

export type PartType = Part['type'];

/** At most this many provider calls for one message. */
export const MAX_PARTS = 10;
