/**
 * The platform's limits (Bot API 10.3 and bot FAQ, checked 2026-11-21). Text counts UTF-16 units after its entities are read. Written down
 * here a second time on purpose: what a channel believes is tested against what the provider enforces.
 */
export const LIMITS = {
  text: 4096,
  caption: 1024,
  callbackDataBytes: 64,
  keys: 100,
  secretToken: /^[A-Za-z0-9_-]{1,256}$/,
  downloadBytes: 20 * 1024 * 1024,
  uploadBytes: 50 * 1024 * 1024,
  /** Files that take longer by their address are given up. */
  fetchWithinMs: 15_000,
} as const;

interface FileRule {
  /** The field of the method, and of the message it makes. */
  field: string;
  types: RegExp;
  /** Narrower for files that the platform fetches itself. */
  typesByAddress?: RegExp;
  uploadBytes: number;
  addressBytes: number;
}

const MB = 1024 * 1024;

/** The methods that send a file. */
export const FILE_METHODS: Readonly<Record<string, FileRule>> = {
  sendPhoto: { field: 'photo', types: /^image\//, uploadBytes: 10 * MB, addressBytes: 5 * MB },
  sendVideo: { field: 'video', types: /^video\/|octet-stream/, uploadBytes: 50 * MB, addressBytes: 20 * MB },
  sendAnimation: { field: 'animation', types: /^video\/|gif/, uploadBytes: 50 * MB, addressBytes: 20 * MB },
  sendAudio: { field: 'audio', types: /^audio\/|octet-stream/, uploadBytes: 50 * MB, addressBytes: 20 * MB },
  sendVoice: {
    field: 'voice',
    types: /^audio\/(?:ogg|mpeg|mp4)/,
    uploadBytes: 50 * MB,
    addressBytes: 20 * MB,
  },
  sendDocument: {
    field: 'document',
    types: /./,
    typesByAddress: /^(?:application\/(?:pdf|zip)|image\/gif)/,
    uploadBytes: 50 * MB,
    addressBytes: 20 * MB,
  },
};

/** Characters that a reaction can be; the platform takes no others. */
export const REACTIONS: ReadonlySet<string> = new Set(
  (
    '❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 ' +
    '🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'
  ).split(' '),
);

export const CHAT_ACTIONS: ReadonlySet<string> = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
]);
