import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** WhatsApp Cloud API, Graph v23 to v26. Lengths count characters, not bytes. */
export const whatsapp: Capabilities = {
  kind: 'whatsapp',
  sources: [
    {
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages',
      checked: '2026-11-21',
    },
    { url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media', checked: '2026-11-21' },
    { url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/overview', checked: '2026-11-21' },
  ],
  dialect: 'whatsapp',
  text: { max: 4096, unit: 'characters' },
  caption: { max: 1024 },
  media: {
    image: { maxBytes: 5 * MB, mimeTypes: ['image/jpeg', 'image/png'], caption: true },
    video: { maxBytes: 16 * MB, mimeTypes: ['video/mp4', 'video/3gpp'], caption: true },
    audio: {
      maxBytes: 16 * MB,
      mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
      caption: false,
    },
    file: { maxBytes: 100 * MB, mimeTypes: ['*/*'], caption: true },
  },
  buttons: { max: 3, labelMax: 20, idMax: 256, textMax: 1024, uniqueLabels: true },
  list: { maxRows: 10, titleMax: 24, descriptionMax: 72, idMax: 200, textMax: 4096, buttonMax: 20 },
  link: { labelMax: 20, textMax: 1024 },
  flow: { ctaMax: 30, textMax: 1024, headerMax: 60, footerMax: 60 },
  templates: true,
  reactions: { out: true, in: true },
  edits: { out: false, in: true },
  typing: true,
  receipts: ['delivered', 'read'],
  window: { hours: 24, onClosed: 'hold' },
  cold: true,
  onUnknown: 'report',
  addressedBy: 'phoneNumber',
  addresses: { chat: String.raw`\+[1-9]\d{6,14}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}` },
  defaultRatePerSecond: 80,
};
