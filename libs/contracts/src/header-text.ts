/** Printable characters of Latin-1, with a space at neither end: `fetch` cuts those off. */
const HEADER_TEXT = /^(?! )[\x20-\x7e\xa0-\xff]+(?<! )$/;

/** True when a text arrives in an HTTP header as it was sent (RFC 9110 §5.5); `fetch` throws for most others, as if a connection broke. */
export function isHeaderText(text: string): boolean {
  return HEADER_TEXT.test(text);
}

/** Why {@link isHeaderText} says no, after the name of a field. */
export const NO_HEADER_TEXT =
  'must be printable characters of Latin-1, one or more, with no space at either end';
