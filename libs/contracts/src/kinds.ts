/** Every channel kind that the contract knows. A kind names a platform, a channel is one account on it. */
export const CHANNEL_KINDS = [
  'whatsapp',
  'sms',
  'email',
  'web-chat',
  'telegram',
  'slack',
  'discord',
  'teams',
  'instagram',
  'messenger',
  'api',
] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** True when the word is one of {@link CHANNEL_KINDS}. */
export function isChannelKind(word: string): word is ChannelKind {
  return (CHANNEL_KINDS as readonly string[]).includes(word);
}
