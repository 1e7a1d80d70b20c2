import { EMOJI_NAMES } from './emoji-names.js';

/** Skin tones are a suffix of the name, `:skin-tone-2:` to `:skin-tone-6:` (Fitzpatrick 1-2 to 6). */
const TONES: Readonly<Record<string, string>> = {
  'skin-tone-2': '\u{1F3FB}',
  'skin-tone-3': '\u{1F3FC}',
  'skin-tone-4': '\u{1F3FD}',
  'skin-tone-5': '\u{1F3FE}',
  'skin-tone-6': '\u{1F3FF}',
};
const TONE = /[\u{1F3FB}-\u{1F3FF}]/u;
const VARIATION = /\uFE0F/g;
/** What Slack allows in the name of an emoji, custom ones included, with a tone behind it. */
const NAME = /^[\p{Letter}\p{Number}_+'-]{1,100}(?:::skin-tone-[2-6])?$/u;

const BY_NAME: ReadonlyMap<string, string> = new Map(
  EMOJI_NAMES.flatMap(([emoji, ...names]) => names.map((name) => [name, emoji] as const)),
);
const BY_EMOJI: ReadonlyMap<string, string> = new Map(
  EMOJI_NAMES.map(([emoji, name]) => [bare(emoji), name ?? '']),
);

/** The emoji of a name; a name that is not in the table, such as a workspace's own, stays a name: `:party_parrot:`. */
export function emojiOf(name: string): string {
  const [base = '', tone] = name.split('::');
  const emoji = BY_NAME.get(base);
  if (emoji === undefined) return `:${name}:`;
  const modifier = tone === undefined ? undefined : TONES[tone];
  return modifier === undefined ? emoji : bare(emoji) + modifier;
}

/** The name of an emoji, or the name in `:name:`; undefined where there is none. */
export function emojiNameOf(emoji: string): string | undefined {
  const written = emoji.startsWith(':') && emoji.endsWith(':') ? emoji.slice(1, -1) : undefined;
  if (written !== undefined) return NAME.test(written) ? written : undefined;
  const modifier = TONE.exec(emoji)?.[0];
  const name = BY_EMOJI.get(bare(emoji.replace(TONE, '')));
  if (name === undefined || modifier === undefined) return name;
  const tone = Object.keys(TONES).find((key) => TONES[key] === modifier);
  return tone === undefined ? name : `${name}::${tone}`;
}

/** Without the mark that asks for the coloured form, which some keyboards add and others do not. */
function bare(emoji: string): string {
  return emoji.replace(VARIATION, '');
}
