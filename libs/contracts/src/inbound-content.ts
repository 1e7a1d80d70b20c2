import type { MediaKind } from './components.js';

/** A file that a person sent, before its bytes are fetched (`providerRef`) or after (`mediaId`). */
export interface InboundMedia {
  media: MediaKind;
  /** What the channel needs to fetch the bytes from its provider; never shown to callers. */
  providerRef?: string;
  mediaId?: string;
  mimeType?: string;
  filename?: string;
  sizeBytes?: number;
  /** Set when the bytes could not be had. */
  error?: string;
}

/** What a person said: free text, files, or the press of something that was offered. */
export interface InboundContent {
  text?: string;
  media?: InboundMedia[];
  /** The id of the pressed action, as it was sent. */
  action?: { id: string; label?: string };
  subject?: string;
  location?: { latitude: number; longitude: number; name?: string; address?: string };
  /** Who of a room said it; absent where the address is one person. */
  author?: { id: string; name?: string };
  /** Anything structured the platform sent with it (order, contacts, form answers), as data. */
  data?: Record<string, unknown>;
}
