/**
 * The component model: what a message can hold, whatever the channel. Text is Markdown-like; channels show what they can
 * and the rest is rendered down with a reported loss.
 */
export type Component =
  | { type: 'text'; text: string }
  | { type: 'media'; media: MediaKind; source: MediaSource; caption?: string; filename?: string }
  | { type: 'actions'; actions: Action[] }
  | { type: 'list'; layout: 'vertical' | 'horizontal'; items: ListItem[] }
  | { type: 'links'; links: LabelledUrl[] }
  | { type: 'payment'; label: string; url: string }
  | { type: 'flow'; fields: Record<string, string> }
  | { type: 'navigate'; label: string; path: string }
  | { type: 'table'; rows: string[][] };

export type MediaKind = 'image' | 'video' | 'audio' | 'file';

/** Where the bytes are: a public address, or a file stored with POST /v1/media. */
export type MediaSource = { url: string } | { mediaId: string };

/** A button; `id` comes back when it is pressed, on every channel. */
export interface Action {
  id: string;
  label: string;
}

export interface ListItem {
  id: string;
  title: string;
  subtitle?: string;
  imageUrl?: string;
}

export interface LabelledUrl {
  label: string;
  url: string;
}

/** Something that the channel could not show as written. Reported in the outcome, the timeline and the event. */
export interface Loss {
  component: string;
  /** `downgraded` shows it in another form, `dropped` does not show it, `literal` shows the source text. */
  effect: 'downgraded' | 'dropped' | 'literal';
  detail: string;
}
