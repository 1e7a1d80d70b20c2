import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** Text messages by two carriers, Twilio and SMPP 3.4. Both join up to 1,600 characters from segments. */
export const sms: Capabilities = {
  kind: 'sms',
  sources: [
    { url: 'https://www.twilio.com/docs/messaging/api/message-resource', checked: '2026-11-21' },
    { url: 'https://www.twilio.com/docs/messaging/guides/accepted-mime-types', checked: '2026-11-21' },
    { url: 'https://smpp.org/SMPP_v3_4_Issue1_2.pdf', checked: '2026-11-21' },
  ],
  dialect: 'plain',
  text: { max: 1600, unit: 'utf16' },
  caption: { max: 1600 },
  media: {
    image: { maxBytes: 5 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: true },
    video: { maxBytes: 0.6 * MB, mimeTypes: ['video/mp4', 'video/3gpp'], caption: true },
    audio: { maxBytes: 0.6 * MB, mimeTypes: ['audio/mpeg', 'audio/amr', 'audio/ogg'], caption: true },
    file: { maxBytes: 0.6 * MB, mimeTypes: ['application/pdf', 'text/vcard'], caption: true },
  },
  templates: false,
  reactions: { out: false, in: false },
  edits: { out: false, in: false },
  typing: false,
  receipts: ['delivered'],
  cold: true,
  onUnknown: 'report',
  addressedBy: 'phoneNumber',
  addresses: { chat: String.raw`\+[1-9]\d{6,14}` },
  keywordAnswers: true,
  defaultRatePerSecond: 1,
};
