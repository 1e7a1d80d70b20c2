import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;
const DOCS = 'https://developers.facebook.com/documentation';

/** Instagram Messaging, Graph v23 to v26. Text counts octets ("UTF-8 and 1000 bytes or less"). Cards have no text beside them. */
export const instagram: Capabilities = {
  kind: 'instagram',
  sources: [
    {
      url: `${DOCS}/instagram-platform/instagram-api-with-instagram-login/messaging-api`,
      checked: '2026-11-21',
    },
    {
      url: `${DOCS}/business-messaging/instagram-messaging/features/send-message`,
      checked: '2026-11-21',
    },
    {
      url: `${DOCS}/business-messaging/instagram-messaging/features/attachment-upload`,
      checked: '2026-11-21',
    },
    { url: `${DOCS}/business-messaging/instagram-messaging/webhooks`, checked: '2026-11-21' },
    { url: `${DOCS}/instagram-platform/webhooks/examples`, checked: '2026-11-21' },
  ],
  dialect: 'plain',
  text: { max: 1000, unit: 'bytes' },
  media: {
    image: { maxBytes: 8 * MB, mimeTypes: ['image/jpeg', 'image/png'], caption: false },
    video: {
      maxBytes: 25 * MB,
      mimeTypes: ['video/mp4', 'video/ogg', 'video/x-msvideo', 'video/quicktime', 'video/webm'],
      caption: false,
    },
    audio: { maxBytes: 25 * MB, mimeTypes: ['audio/aac', 'audio/mp4', 'audio/wav'], caption: false },
    file: { maxBytes: 25 * MB, mimeTypes: ['application/pdf'], caption: false },
  },
  buttons: { max: 3, labelMax: 20, idMax: 1000, textMax: 640, uniqueLabels: false },
  cards: { max: 10, titleMax: 80, subtitleMax: 80, buttons: 3, labelMax: 20, idMax: 1000 },
  link: { labelMax: 20, textMax: 640 },
  templates: false,
  reactions: { out: true, in: true },
  edits: { out: false, in: true },
  typing: true,
  receipts: ['read'],
  window: { hours: 24, onClosed: 'fail' },
  cold: false,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: String.raw`\d{5,25}` },
  defaultRatePerSecond: 40,
};
