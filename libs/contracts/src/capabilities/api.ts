import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;
/** The types of message that the interface has beside text. */
const FILE = { maxBytes: 10 * MB, mimeTypes: ['*/*'] };

/**
 * The synchronous API channel, a surface of our own: a program writes in a person's name and reads the agent's answer from the
 * response. It shows text and files, and nothing that was not asked for.
 */
export const api: Capabilities = {
  kind: 'api',
  sources: [{ url: 'https://www.rfc-editor.org/rfc/rfc9110', checked: '2026-11-21' }],
  dialect: 'plain',
  text: { max: 10_000, unit: 'utf16' },
  caption: { max: 1024 },
  media: {
    image: { ...FILE, caption: true },
    video: { ...FILE, caption: true },
    // An audio message has an address and nothing else.
    audio: { ...FILE, caption: false },
    file: { ...FILE, caption: true },
  },
  templates: false,
  reactions: { out: false, in: false },
  edits: { out: false, in: false },
  typing: false,
  receipts: [],
  cold: false,
  answersOnly: true,
  onUnknown: 'resend',
  addressedBy: 'none',
  // Whatever the caller calls the person, such as a mail address; it is compared as it is.
  addresses: { chat: String.raw`[^\x00-\x1f\x7f-\x9f]{1,255}` },
  defaultRatePerSecond: 1000,
};
