import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** E-mail over SMTP. A message is one mail: everything a component holds goes into its bodies and attachments. */
export const email: Capabilities = {
  kind: 'email',
  sources: [
    { url: 'https://www.rfc-editor.org/rfc/rfc5321', checked: '2026-11-21' },
    { url: 'https://www.rfc-editor.org/rfc/rfc8058', checked: '2026-11-21' },
  ],
  dialect: 'email',
  text: { max: 1_000_000, unit: 'characters' },
  caption: { max: 10_000 },
  media: {
    image: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    video: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    audio: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
    file: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
  },
  templates: false,
  reactions: { out: false, in: false },
  edits: { out: false, in: false },
  typing: false,
  receipts: [],
  cold: true,
  onUnknown: 'report',
  addressedBy: 'email',
  addresses: { chat: String.raw`[^\s@]+@[^\s@]+` },
  defaultRatePerSecond: 20,
};
