import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/** The web chat widget, a surface of our own: it shows every component. */
export const webChat: Capabilities = {
  kind: 'web-chat',
  sources: [
    { url: 'https://www.w3.org/TR/wai-aria-1.2/', checked: '2026-11-21' },
    { url: 'https://www.rfc-editor.org/rfc/rfc6455', checked: '2026-11-21' },
  ],
  dialect: 'markdown',
  text: { max: 10_000, unit: 'utf16' },
  caption: { max: 1024 },
  media: {
    image: { maxBytes: 10 * MB, mimeTypes: ['image/*'], caption: true },
    video: { maxBytes: 10 * MB, mimeTypes: ['video/*'], caption: true },
    audio: { maxBytes: 10 * MB, mimeTypes: ['audio/*'], caption: true },
    file: { maxBytes: 10 * MB, mimeTypes: ['*/*'], caption: true },
  },
  buttons: { max: 20, labelMax: 200, idMax: 256, textMax: 10_000, uniqueLabels: false },
  components: true,
  templates: false,
  reactions: { out: false, in: false },
  edits: { out: true, in: false },
  typing: true,
  receipts: ['delivered', 'read'],
  cold: true,
  onUnknown: 'resend',
  addressedBy: 'userId',
  // `u:` a proved user, by the id of the host page; `v:` an anonymous visitor.
  addresses: { chat: String.raw`[uv]:[^\x00-\x1f\x7f]{1,200}` },
  defaultRatePerSecond: 200,
};
