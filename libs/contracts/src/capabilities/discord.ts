import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** Discord API v10. Messages and reactions come in over the Gateway, presses over interactions. */
export const discord: Capabilities = {
  kind: 'discord',
  sources: [
    { url: 'https://docs.discord.com/developers/resources/message', checked: '2026-11-21' },
    { url: 'https://docs.discord.com/developers/components/reference', checked: '2026-11-21' },
    { url: 'https://docs.discord.com/developers/topics/rate-limits', checked: '2026-11-21' },
    { url: 'https://docs.discord.com/developers/events/gateway', checked: '2026-11-21' },
    // Lengths are counted in code points.
    { url: 'https://github.com/discord/discord-api-docs/issues/1315', checked: '2026-11-21' },
  ],
  dialect: 'discord',
  text: { max: 2000, unit: 'characters' },
  caption: { max: 2000 },
  // 10 MiB for each file since January 2025; more only where a server is boosted, which a bot cannot count on.
  media: {
    image: {
      maxBytes: 10 * MB,
      mimeTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
      caption: true,
    },
    video: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    audio: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    file: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
  },
  // Five rows of five.
  buttons: { max: 25, labelMax: 80, idMax: 100, textMax: 2000, uniqueLabels: false },
  list: { maxRows: 25, titleMax: 100, descriptionMax: 100, idMax: 100, textMax: 2000, buttonMax: 150 },
  // Embeds: ten of them, together at most 6000 characters, which ten of 256 + 256 stay under.
  cards: { max: 10, titleMax: 256, subtitleMax: 256, buttons: 0, labelMax: 80, idMax: 100 },
  link: { labelMax: 80, textMax: 2000 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: true, in: true },
  typing: true,
  receipts: [],
  cold: false,
  // Every message carries a nonce with `enforce_nonce`: a repeat within minutes gives the first message back instead of a second one.
  onUnknown: 'resend_soon',
  addressedBy: 'none',
  addresses: { chat: String.raw`\d{17,20}`, thread: String.raw`\d{17,20}`, threadIsChat: true },
  // A channel takes five messages in five seconds; how many a bot may send over all of them is told by its answers (50 requests a second).
  defaultRatePerSecond: 40,
};
