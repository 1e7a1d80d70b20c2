import type { Capabilities } from './capability.js';

const MB = 1024 * 1024;

/**
 * Microsoft Teams by the Bot Connector. A message is at most 100 KB of UTF-16 without its pictures, 80 KB to be safe: text and cards are
 * limited so that the largest of each stays below that with everything around it. Text and an attachment go out apart.
 */
export const teams: Capabilities = {
  kind: 'teams',
  sources: [
    {
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages',
      checked: '2026-11-21',
    },
    {
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/conversation-messages',
      checked: '2026-11-21',
    },
    {
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit',
      checked: '2026-11-21',
    },
    {
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-reference',
      checked: '2026-11-21',
    },
    { url: 'https://github.com/MicrosoftDocs/msteams-docs/issues/5356', checked: '2026-11-21' },
  ],
  dialect: 'teams',
  text: { max: 14_000, unit: 'utf16' },
  // Other files take the consent of the person, or Microsoft Graph: they are shown as links.
  media: {
    image: { maxBytes: 1 * MB, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'], caption: false },
  },
  // A client shows six actions of one card and hides the rest.
  buttons: { max: 6, labelMax: 40, idMax: 256, textMax: 8000, uniqueLabels: false },
  list: { maxRows: 20, titleMax: 100, descriptionMax: 200, idMax: 256, textMax: 8000, buttonMax: 40 },
  cards: { max: 10, titleMax: 200, subtitleMax: 300, buttons: 3, labelMax: 40, idMax: 256 },
  link: { labelMax: 40, textMax: 8000 },
  templates: false,
  reactions: { out: false, in: true },
  edits: { out: true, in: true },
  typing: true,
  // In chats where the app has the permission ChatMessageReadReceipt.Read.Chat.
  receipts: ['read'],
  cold: false,
  onUnknown: 'report',
  addressedBy: 'none',
  addresses: { chat: String.raw`[A-Za-z0-9:_@.-]{3,200}?`, thread: String.raw`\d{10,16}` },
  // All conversations of one tenant together; one conversation takes 7 in a second, 8 in two and 60 in thirty, which its answers tell.
  defaultRatePerSecond: 30,
};
