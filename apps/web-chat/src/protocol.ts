import type { Component, MediaKind } from '@skein/contracts';

/** Version of the frames; a client of another one is closed with {@link CLOSE.version}. */
export const PROTOCOL = 1;

/** What a message may be at most. */
export const LIMITS = {
  /** Bytes of UTF-8 in the text of one message. */
  messageBytes: 16 * 1024,
  /** Bytes of one frame; a larger one closes the connection with 1009. */
  frameBytes: 64 * 1024,
  fileBytes: 10 * 1024 * 1024,
  filesPerMessage: 5,
  actionIdLength: 256,
  clientIdLength: 64,
  /** Entries of one page of history. */
  page: 50,
} as const;

/** Why the server ends a connection. 4400 to 4404 are final: the same client will be refused again. */
export const CLOSE = {
  /** A frame is no JSON object of the protocol. */
  frame: 4400,
  /** The proof of the user is wrong. */
  identity: 4401,
  /** The channel is gone. */
  channel: 4404,
  /** No hello within 10 s, or nothing for a minute. */
  silent: 4408,
  version: 4426,
  /** Too many frames. */
  flood: 4429,
  /** The server stops; connect again. */
  restart: 1012,
  /** The database is away; connect again later. */
  later: 1013,
} as const;

/** A file that a message brings, as it is shown. */
export interface ShownFile {
  media: MediaKind;
  url: string;
  mimeType?: string;
  filename?: string;
  sizeBytes?: number;
}

/** A component whose files have addresses that a browser can open. */
export type ShownComponent =
  | Exclude<Component, { type: 'media' }>
  | { type: 'media'; media: MediaKind; url: string; caption?: string; filename?: string };

/** What an entry shows. `said` is the visitor's own. */
export type ShownBody =
  | { type: 'components'; components: ShownComponent[]; text: string }
  | { type: 'edit'; target: number; text: string }
  | { type: 'said'; text?: string; files?: ShownFile[]; action?: { id: string; label?: string } };

/** One line of the conversation. Ids grow; the last one seen is the cursor. */
export interface ShownEntry {
  id: number;
  /** `out` comes from the business, `in` from the visitor. */
  direction: 'in' | 'out';
  /** ISO 8601. */
  at: string;
  /** The visitor's own id of a message, to find it among those not yet accepted. */
  clientId?: string;
  read?: true;
  body: ShownBody;
}

/** What the host page knows of its user. `hash` is the hexadecimal HMAC-SHA256 of `id` under the identity secret. */
export interface UserProof {
  id: string;
  hash: string;
  name?: string;
}

/** From the client. */
export type ClientFrame =
  /** First frame. `cursor`: the last entry seen in this page's life; without it the latest page is sent. */
  | { type: 'hello'; protocol: number; token?: string; user?: UserProof; cursor?: number }
  | {
      type: 'message';
      /** Repeated when the message is sent again, so that it counts once. */
      id: string;
      text?: string;
      /** References that the upload answered. */
      files?: string[];
      action?: { id: string; label?: string; entry?: number };
    }
  | { type: 'delivered'; upTo: number }
  | { type: 'read'; upTo: number }
  | { type: 'history'; before: number }
  | { type: 'ping' };

/** Why a message or request was refused; `retry` says that the same one may succeed later. */
export interface RefusedFrame {
  type: 'refused';
  /** The message's own id. */
  id?: string;
  code: 'too_large' | 'too_fast' | 'invalid' | 'file' | 'unavailable';
  detail: string;
  retry: boolean;
  retryAfterMs?: number;
}

/** From the server. */
export type ServerFrame =
  | {
      type: 'welcome';
      protocol: number;
      who: 'visitor' | 'user';
      /** Proves the visitor at the next hello; a user's is for uploads only. Keep a visitor's. */
      token: string;
      /** Tells conversations apart in the browser's storage; says nothing about the person. */
      key: string;
      title: string;
      greeting: string;
      /** Whether there are entries before the first one sent. */
      more: boolean;
    }
  | { type: 'entries'; entries: ShownEntry[] }
  | { type: 'history'; entries: ShownEntry[]; more: boolean }
  | { type: 'accepted'; id: string; entry: number; at: string }
  | RefusedFrame
  /** Somebody is writing, for at most this long. */
  | { type: 'typing'; ms: number }
  /** Another window of the same person has read up to there. */
  | { type: 'read'; upTo: number }
  | { type: 'pong' };

/** Answer of `POST /chat/<channelId>/files`. */
export interface Uploaded {
  /** To be named in `files` of a message within an hour. */
  ref: string;
  media: MediaKind;
  mimeType: string;
  sizeBytes: number;
  filename?: string;
}
