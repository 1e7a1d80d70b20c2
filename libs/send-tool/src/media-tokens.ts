/** What a message says, and the files it names. */
export interface SplitMessage {
  text: string;
  /** In the order they were named; an empty one is a token without a path. */
  paths: string[];
}

/** `MEDIA:` at the beginning of a word, and the path up to the next white space. */
const TOKEN = /(?<![\p{L}\p{N}_])MEDIA:(\S*)/gu;
/** Tokens in a row with the blanks around them; it begins at the first of the blanks, so that a long row of them is read once. */
const TOKENS = /(?<![^\S\n])(?:[^\S\n]*(?<![\p{L}\p{N}_])MEDIA:\S*[^\S\n]*)+/gu;

/**
 * Takes the `MEDIA:<path>` tokens out of a message (FEATURES T4). Where one stood, one blank is left; text without tokens stays as it
 * is.
 */
export function splitMedia(message: string): SplitMessage {
  const paths = [...message.matchAll(TOKEN)].map((token) => token[1] ?? '');
  if (paths.length === 0) return { text: message, paths };
  const lines = message.split('\n').map((line) => {
    const left = line.replace(TOKENS, ' ');
    return left === line ? line : left.trim();
  });
  return { text: lines.join('\n').trim(), paths };
}
