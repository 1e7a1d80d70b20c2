import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** Microsoft Teams by the Bot Connector. A payload is at most 100 KB; text and attachment go out apart. */
export const teams: Capabilities = {
  kind: 'teams',
  sources: [
    { url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages', checked: '2026-11-21' },
    { url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit', checked: '2026-11-21' },
    { url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-reference', checked: '2026-11-21' },
  ],
  dialect: 'teams',
  text: { max: 14_000, unit: 'utf16' },
  media: {
    image: { maxBytes: 1 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: false },
  },
  buttons: { max: 6, labelMax: 40, idMax: 256, textMax: 8000, uniqueLabels: false },
  cards: { max: 10, titleMax: 200, subtitleMax: 1000, buttons: 6, labelMax: 40, idMax: 256 },
  link: { labelMax: 40, textMax: 8000 },
  templates: false,
  reactions: { out: false, in: true },
  edits: { out: true, in: true },
  typing: true,
  receipts: [],
  cold: false,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: String.raw`[A-Za-z0-9:_@.-]{3,200}?`, thread: String.raw`\d{10,16}` },
  defaultRatePerSecond: 7,
};
