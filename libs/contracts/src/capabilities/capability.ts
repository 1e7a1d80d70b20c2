import type { ChannelKind } from '../kinds.js';
import type { MediaKind } from '../components.js';

/** A limit with the page that states it and the day it was read. */
export interface Source {
  url: string;
  checked: string;
}

export type TextUnit = 'characters' | 'utf16' | 'bytes';

/**
 * What one channel kind can show and do, as data. Routing and rendering read it; nothing else knows a platform's limits.
 * A missing component means the platform cannot show it and the ladder renders it down.
 */
export interface Capabilities {
  kind: ChannelKind;
  sources: Source[];
  /** How text is written on the wire. */
  dialect: 'plain' | 'whatsapp' | 'email' | 'mrkdwn' | 'telegram-html' | 'markdown';
  text: { max: number; unit: TextUnit };
  caption?: { max: number };
  media: Partial<Record<MediaKind, { maxBytes: number; mimeTypes: readonly string[]; caption: boolean }>>;
  buttons?: { max: number; labelMax: number; idMax: number; textMax: number; uniqueLabels: boolean };
  list?: {
    maxRows: number;
    titleMax: number;
    descriptionMax: number;
    idMax: number;
    textMax: number;
    buttonMax: number;
  };
  link?: { labelMax: number; textMax: number };
  flow?: { ctaMax: number; textMax: number };
  templates: boolean;
  reactions: { out: boolean; in: boolean };
  /** Which statuses the platform reports after it took a message. */
  receipts: readonly ('delivered' | 'read')[];
  /** The period after a person's message in which free-form text is allowed; absent = always allowed. */
  window?: { hours: number; onClosed: 'hold' | 'fail' };
  /** False where a person must have written first. */
  cold: boolean;
  /** What happens to a call whose outcome is not known. `report` leaves it `unknown`. */
  onUnknown: 'report' | 'resend';
  /** Forms of `to` that name an address on this kind. */
  addressedBy: 'phoneNumber' | 'email' | 'none';
  /** Calls per second one account may make when its settings do not say otherwise. */
  defaultRatePerSecond: number;
}
