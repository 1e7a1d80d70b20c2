const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter('und', { granularity: 'word' });

/** V8 copies the whole text for every segment (20 000 characters cost 80 ms), so it is handed over in windows of this length. */
const WINDOW = 256;

/** What a reader takes for one character: an emoji with its modifiers, a letter with its accents. */
export function graphemes(text: string): Generator<string> {
  return segments(GRAPHEMES, text);
}

/** Words and the marks between them, also in scripts that write no spaces. */
export function words(text: string): Generator<string> {
  return segments(WORDS, text);
}

/**
 * The last segment of a window may go on in the next one; a window that holds only one is made longer, and then read for that one
 * alone.
 */
function* segments(segmenter: Intl.Segmenter, text: string): Generator<string> {
  let length = WINDOW;
  for (let at = 0; at < text.length;) {
    const most = length === WINDOW ? WINDOW : 2;
    const end = at + length + (isHigh(text.charCodeAt(at + length - 1)) ? 1 : 0);
    const found = first(most, segmenter.segment(text.slice(at, end)));
    const ended = end >= text.length && found.length < most;
    const whole = ended ? found : found.slice(0, -1);
    for (const segment of whole) {
      at += segment.length;
      yield segment;
    }
    length = whole.length === 0 ? length * 2 : WINDOW;
  }
}

/** The first half of a surrogate pair: a window that ended behind it would part what belongs together before it. */
function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function first(most: number, segments: Intl.Segments): string[] {
  const found: string[] = [];
  for (const { segment } of segments) {
    found.push(segment);
    if (found.length >= most) break;
  }
  return found;
}
