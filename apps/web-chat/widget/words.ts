/** Every word that the widget says by itself. A page may give its own in `data-words` as JSON. */
export const WORDS = {
  open: 'Open chat',
  close: 'Close chat',
  unread: '{n} unread',
  messages: 'Messages',
  message: 'Message',
  placeholder: 'Write a message…',
  send: 'Send message',
  attach: 'Attach a file',
  remove: 'Remove {name}',
  uploading: 'Uploading…',
  uploadFailed: 'Not uploaded',
  tooLarge: 'A file may have at most 10 MB.',
  tooLong: 'The message is too long.',
  you: 'You',
  typing: '{name} is writing',
  earlier: 'Show earlier messages',
  newer: 'New messages',
  connecting: 'Connecting…',
  offline: 'No connection. Your messages are kept and sent later.',
  refused: 'The chat is not available on this page.',
  online: 'Online',
  sending: 'Sending',
  sent: 'Sent',
  seen: 'Seen',
  failed: 'Not sent',
  retry: 'Try again',
  discard: 'Discard',
  edited: 'edited',
  download: 'Download',
  image: 'Picture',
  opens: 'opens in a new tab',
  pay: 'Secure payment',
  today: 'Today',
  yesterday: 'Yesterday',
  drop: 'Drop files here',
} as const;

export type Words = Record<keyof typeof WORDS, string>;

/** The words with the page's own instead, where it gives them. */
export function wordsOf(json: string | undefined): Words {
  try {
    const own = JSON.parse(json ?? '{}') as Record<string, unknown>;
    const strings = Object.entries(own).filter(([key, value]) => key in WORDS && typeof value === 'string');
    return { ...WORDS, ...Object.fromEntries(strings) };
  } catch {
    return { ...WORDS };
  }
}

/** Puts a value into a word. */
export function fill(word: string, value: string | number): string {
  return word.replace(/\{\w+\}/, () => String(value));
}
