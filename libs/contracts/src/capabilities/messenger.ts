import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;
const DOCS = 'https://developers.facebook.com/documentation/business-messaging/messenger-platform';

/**
 * Facebook Messenger Platform, Graph v23 to v26. The pages say characters for a text and other senders found octets, so that octets are
 * counted. Cards have no text beside them.
 */
export const messenger: Capabilities = {
  kind: 'messenger',
  sources: [
    {
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/send-api',
      checked: '2026-11-21',
    },
    {
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/templates',
      checked: '2026-11-21',
    },
    {
      url: 'https://developers.facebook.com/docs/messenger-platform/send-messages/saving-assets',
      checked: '2026-11-21',
    },
    { url: `${DOCS}/send-messages/sender-actions`, checked: '2026-11-21' },
    { url: `${DOCS}/webhooks/webhook-events/messages`, checked: '2026-11-21' },
    {
      url: 'https://developers.facebook.com/docs/messenger-platform/overview/rate-limiting',
      checked: '2026-11-21',
    },
  ],
  dialect: 'plain',
  text: { max: 2000, unit: 'bytes' },
  media: {
    image: { maxBytes: 8 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: false },
    video: { maxBytes: 25 * MB, mimeTypes: ['video/mp4', 'video/quicktime'], caption: false },
    audio: {
      maxBytes: 25 * MB,
      mimeTypes: ['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/aac', 'audio/wav'],
      caption: false,
    },
    file: { maxBytes: 25 * MB, mimeTypes: ['*/*'], caption: false },
  },
  buttons: { max: 3, labelMax: 20, idMax: 1000, textMax: 640, uniqueLabels: false },
  cards: { max: 10, titleMax: 80, subtitleMax: 80, buttons: 3, labelMax: 20, idMax: 1000 },
  link: { labelMax: 20, textMax: 640 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: false, in: true },
  typing: true,
  receipts: ['delivered', 'read'],
  window: { hours: 24, onClosed: 'fail' },
  cold: false,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: String.raw`\d{5,25}` },
  defaultRatePerSecond: 40,
};
