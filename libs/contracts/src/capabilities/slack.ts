import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** Slack Web API. Sections hold 3,000 characters, and a message about 13,200 characters of blocks. */
export const slack: Capabilities = {
  kind: 'slack',
  sources: [
    { url: 'https://docs.slack.dev/reference/methods/chat.postMessage', checked: '2026-11-21' },
    { url: 'https://docs.slack.dev/reference/block-kit/blocks', checked: '2026-11-21' },
    { url: 'https://docs.slack.dev/apis/web-api/rate-limits', checked: '2026-11-21' },
  ],
  dialect: 'slack',
  text: { max: 3000, unit: 'utf16' },
  caption: { max: 3000 },
  media: {
    image: { maxBytes: 10 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: true },
    video: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    audio: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    file: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
  },
  buttons: { max: 25, labelMax: 75, idMax: 2000, textMax: 3000, uniqueLabels: false },
  list: { maxRows: 100, titleMax: 75, descriptionMax: 75, idMax: 75, textMax: 3000, buttonMax: 75 },
  cards: { max: 10, titleMax: 150, subtitleMax: 1000, buttons: 5, labelMax: 75, idMax: 2000 },
  link: { labelMax: 75, textMax: 3000 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: true, in: true },
  typing: false,
  receipts: [],
  cold: true,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: '[CDGUW][A-Z0-9]{2,20}', thread: String.raw`\d{10}\.\d{6}` },
  defaultRatePerSecond: 1,
};
