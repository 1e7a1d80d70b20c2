// C0 but tab and line feed, DEL, C1: none of them is text, and CR or NUL can end a header or a wire field early.
const CONTROLS = new RegExp('[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]', 'g');
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** The text without control characters, with `\n` line ends and no half characters. Whitespace is kept. */
export function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(LONE_SURROGATE, '\uFFFD');
}

/** One line of clean text: for labels, titles, file names and subjects. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}
