import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/**
 * Slack Web API. One message holds about 12,000 characters of text over all its blocks, whatever each of them may hold (bolt-js #2509
 * and #2867: refused from 11,300 on), so that the most of everything together stays below 11,300.
 */
export const slack: Capabilities = {
  kind: 'slack',
  sources: [
    { url: 'https://docs.slack.dev/reference/methods/chat.postMessage', checked: '2026-11-21' },
    { url: 'https://docs.slack.dev/reference/methods/chat.update', checked: '2026-11-21' },
    { url: 'https://docs.slack.dev/reference/block-kit/blocks', checked: '2026-11-21' },
    {
      url: 'https://docs.slack.dev/reference/block-kit/composition-objects/option-object',
      checked: '2026-11-21',
    },
    { url: 'https://docs.slack.dev/reference/methods/files.completeUploadExternal', checked: '2026-11-21' },
    { url: 'https://docs.slack.dev/apis/web-api/rate-limits', checked: '2026-11-21' },
  ],
  dialect: 'slack',
  // The text of a section; a message without blocks may have 4,000.
  text: { max: 3000, unit: 'utf16' },
  caption: { max: 3000 },
  media: {
    image: { maxBytes: 10 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: true },
    video: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    audio: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    file: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
  },
  // A value may have 2,000 characters; 25 of them would not fit into a message.
  buttons: { max: 25, labelMax: 75, idMax: 255, textMax: 3000, uniqueLabels: false },
  // A menu may have 100 options.
  list: { maxRows: 50, titleMax: 75, descriptionMax: 75, idMax: 150, textMax: 3000, buttonMax: 75 },
  cards: { max: 10, titleMax: 150, subtitleMax: 300, buttons: 3, labelMax: 75, idMax: 255 },
  link: { labelMax: 75, textMax: 3000 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: true, in: true },
  typing: false,
  receipts: [],
  cold: true,
  onUnknown: 'report',
  addressedBy: 'none',
  // A direct message is addressed by its person; only rooms have threads.
  addresses: { chat: '[CGUW][A-Z0-9]{2,20}', thread: String.raw`\d{10}\.\d{6}` },
  // "Several hundred" messages a minute in a workspace; in one conversation it is 1 a second, which Slack answers with 429.
  defaultRatePerSecond: 5,
};
