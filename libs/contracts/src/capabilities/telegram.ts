import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/**
 * Telegram Bot API 10.3. Text and captions count UTF-16 units after the entities are read. Photos may have 10 MB; other files 50 MB as
 * bytes but 20 MB by address and when they are read back, so that 20 MB goes everywhere. Labels have no stated limit; phones cut them
 * at about 64. Nobody can be written to who has not written first.
 */
export const telegram: Capabilities = {
  kind: 'telegram',
  sources: [
    { url: 'https://core.telegram.org/bots/api#sending-files', checked: '2026-11-21' },
    { url: 'https://core.telegram.org/bots/api#sendmessage', checked: '2026-11-21' },
    { url: 'https://core.telegram.org/bots/api#inlinekeyboardbutton', checked: '2026-11-21' },
    {
      url: 'https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this',
      checked: '2026-11-21',
    },
  ],
  dialect: 'telegram',
  text: { max: 4096, unit: 'utf16' },
  caption: { max: 1024 },
  media: {
    image: { maxBytes: 10 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/webp'], caption: true },
    video: { maxBytes: 20 * MB, mimeTypes: ['video/mp4'], caption: true },
    audio: { maxBytes: 20 * MB, mimeTypes: ['audio/mpeg', 'audio/mp4', 'audio/ogg'], caption: true },
    file: { maxBytes: 20 * MB, mimeTypes: ['*/*'], caption: true },
  },
  buttons: { max: 10, labelMax: 64, idMax: 64, idUnit: 'bytes', textMax: 4096, uniqueLabels: false },
  link: { labelMax: 64, textMax: 4096 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: true, in: true },
  typing: true,
  receipts: [],
  cold: false,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: String.raw`-?\d{1,19}`, thread: String.raw`\d{1,19}` },
  defaultRatePerSecond: 30,
};
