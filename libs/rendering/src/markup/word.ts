const LETTER = /[\p{L}\p{N}]/u;
/** Scripts that write no spaces, or hang endings on words: a mark between two of their letters is no mark inside a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Whether a character belongs to a word, so that a mark beside it may be inside that word. */
export function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && LETTER.test(character) && !UNSPACED.test(character);
}

/** The character that ends at `at`; undefined at the start. */
export function before(text: string, at: number): string | undefined {
  if (at <= 0) return undefined;
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.charAt(at - 1);
}

/** The character that starts at `at`; undefined at the end. */
export function after(text: string, at: number): string | undefined {
  const code = text.codePointAt(at);
  return code === undefined ? undefined : String.fromCodePoint(code);
}
