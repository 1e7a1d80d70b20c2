import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** Instagram Messaging, Graph v23 to v26. Text counts bytes. */
export const instagram: Capabilities = {
  kind: 'instagram',
  sources: [
    { url: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api', checked: '2026-11-21' },
    { url: 'https://developers.facebook.com/docs/messenger-platform/instagram/features/send-message', checked: '2026-11-21' },
  ],
  dialect: 'plain',
  text: { max: 1000, unit: 'bytes' },
  media: {
    image: { maxBytes: 8 * MB, mimeTypes: ['image/jpeg', 'image/png'], caption: false },
    video: { maxBytes: 10 * MB, mimeTypes: ['video/mp4', 'video/quicktime'], caption: false },
    audio: { maxBytes: 10 * MB, mimeTypes: ['audio/aac', 'audio/mp4', 'audio/wav'], caption: false },
    file: { maxBytes: 10 * MB, mimeTypes: ['application/pdf'], caption: false },
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
