import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;
const KB = 1024;

/**
 * Text messages by two carriers, Twilio and SMPP 3.4. Both join up to 1,600 characters from segments: the longest body of Twilio, and at
 * most 24 parts of UCS-2 over SMPP. Files are MMS at Twilio; SMPP carries none, and a channel of it says `textOnly`.
 */
export const sms: Capabilities = {
  kind: 'sms',
  sources: [
    // Body: 1,600 characters; at most 10 files; StatusCallback.
    { url: 'https://www.twilio.com/docs/messaging/api/message-resource', checked: '2026-11-21' },
    // 5 MB for a message with its files.
    { url: 'https://www.twilio.com/docs/messaging/guides/accepted-mime-types', checked: '2026-11-21' },
    // What each status means, and that the first one is not told.
    {
      url: 'https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks',
      checked: '2026-11-21',
    },
    { url: 'https://smpp.org/SMPP_v3_4_Issue1_2.pdf', checked: '2026-11-21' },
  ],
  dialect: 'plain',
  text: { max: 1600, unit: 'utf16' },
  caption: { max: 1600 },
  media: {
    image: { maxBytes: 5 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: true },
    // Carriers take less of whatever is no image: 600 KB reach nearly all of them.
    video: { maxBytes: 600 * KB, mimeTypes: ['video/mp4', 'video/3gpp'], caption: true },
    audio: { maxBytes: 600 * KB, mimeTypes: ['audio/mpeg', 'audio/amr', 'audio/ogg'], caption: true },
    file: { maxBytes: 600 * KB, mimeTypes: ['application/pdf', 'text/vcard'], caption: true },
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
  // A long code of the United States; short codes and most SMSCs take more, which the channel's settings say.
  defaultRatePerSecond: 1,
};
