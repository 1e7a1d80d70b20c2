import type { ChannelKind } from '../kinds.js';
import type { MediaKind } from '../components.js';

/** A limit with the page that states it and the day it was read. */
export interface Source {
  url: string;
  checked: string;
}

/** How a platform counts: code points, UTF-16 units, or bytes of UTF-8. */
export type TextUnit = 'characters' | 'utf16' | 'bytes';

/**
 * How text is written on the wire. `markdown` is the subset that the web chat widget reads: `**bold**`, `_italic_`, `~~gone~~`,
 * code, `[label](url)`, with a backslash before a mark that is meant as itself.
 */
export type DialectName =
  'plain' | 'whatsapp' | 'email' | 'slack' | 'telegram' | 'discord' | 'teams' | 'markdown';

export type OnUnknown = 'report' | 'resend' | 'resend_soon';

/** The addresses of a kind: regular expressions of a chat and, where the platform has them, of a thread inside it. */
export interface AddressShape {
  chat: string;
  /** The canonical address of a thread is `<chat>:<thread>`. */
  thread?: string;
  /** The platform gives a thread an id of its own, which alone is its address. */
  threadIsChat?: true;
}

/**
 * What one channel kind can show and do, as data. Routing and rendering read it; nothing else knows a platform's limits.
 * A missing component means the platform cannot show it and the ladder renders it down.
 */
export interface Capabilities {
  kind: ChannelKind;
  sources: Source[];
  dialect: DialectName;
  text: { max: number; unit: TextUnit };
  /** Counted in the unit of `text`. */
  caption?: { max: number };
  media: Partial<Record<MediaKind, { maxBytes: number; mimeTypes: readonly string[]; caption: boolean }>>;
  buttons?: {
    max: number;
    labelMax: number;
    /** Counted in bytes where `idUnit` says so. */
    idMax: number;
    idUnit?: 'bytes';
    textMax: number;
    uniqueLabels: boolean;
  };
  list?: {
    maxRows: number;
    titleMax: number;
    descriptionMax: number;
    idMax: number;
    textMax: number;
    buttonMax: number;
  };
  /** Cards beside each other, each with a picture, two lines and buttons. */
  cards?: {
    max: number;
    titleMax: number;
    subtitleMax: number;
    /** Buttons of one card; 0 = none. */
    buttons: number;
    labelMax: number;
    idMax: number;
  };
  link?: { labelMax: number; textMax: number };
  flow?: { ctaMax: number; textMax: number; headerMax?: number; footerMax?: number };
  /** The surface shows every component itself: a message is one part of type `components`. */
  components?: true;
  templates: boolean;
  reactions: { out: boolean; in: boolean };
  /** Whether a message can be changed after it was sent, and whether changes by the person are told. */
  edits: { out: boolean; in: boolean };
  /** Whether the person can be shown that an answer is being written. */
  typing: boolean;
  /** Which statuses the platform reports after it took a message. */
  receipts: readonly ('delivered' | 'read')[];
  /** The period after a person's message in which free-form text is allowed; absent = always allowed. */
  window?: { hours: number; onClosed: 'hold' | 'fail' };
  /** False where a person must have written first. */
  cold: boolean;
  /** Only answers of a turn go out, to whom the turn is with: nobody would read anything else. */
  answersOnly?: true;
  /**
   * What happens to a call whose outcome is not known. `report` leaves it `unknown`; `resend` repeats it, for the platform drops a
   * repeated one; `resend_soon` does so only within the minutes for which the platform remembers it.
   */
  onUnknown: OnUnknown;
  /** The form of `to` that names an address on this kind by itself. */
  addressedBy: 'phoneNumber' | 'email' | 'userId' | 'none';
  addresses: AddressShape;
  /** STOP, START and HELP are answered with one message each, as carriers ask for. */
  keywordAnswers?: true;
  /** Calls per second one account may make when its settings do not say otherwise. */
  defaultRatePerSecond: number;
}
