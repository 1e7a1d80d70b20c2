/**
 * The platform's limits in characters, not octets (Meta OpenAPI v23 and reference pages, checked November 2026).
 * Written down here a second time on purpose: what a channel believes is tested against what the provider enforces.
 */
export const LIMITS = {
  text: 4096,
  caption: 1024,
  callbackData: 512,
  interactiveBody: 1024,
  listBody: 4096,
  headerText: 60,
  footer: 60,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  listButton: 20,
  sections: 10,
  rows: 10,
  sectionTitle: 24,
  rowId: 200,
  rowTitle: 24,
  rowDescription: 72,
  ctaDisplayText: 20,
  flowCta: 30,
  templateBody: 1024,
} as const;

const MEGABYTE = 1024 * 1024;

interface MediaLimit {
  maxBytes: number;
  types: RegExp;
}

/** What each media type may hold; images with alpha or animation are refused by their type. */
export const MEDIA_LIMITS: Record<string, MediaLimit> = {
  image: { maxBytes: 5 * MEGABYTE, types: /^image\/(jpeg|png)$/ },
  audio: { maxBytes: 16 * MEGABYTE, types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/ },
  video: { maxBytes: 16 * MEGABYTE, types: /^video\/(mp4|3gpp)$/ },
  document: { maxBytes: 100 * MEGABYTE, types: /^[\w.+-]+\/[\w.+-]+$/ },
  sticker: { maxBytes: 500 * 1024, types: /^image\/webp$/ },
};

/** True when a text has more than `most` characters; the cheap comparison settles nearly every case. */
export function longerThan(text: string, most: number): boolean {
  return text.length > most && [...text].length > most;
}
