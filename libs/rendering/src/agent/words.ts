import type { TextUnit } from '@skein/contracts';

const UNITS: Record<TextUnit, string> = {
  characters: 'characters',
  utf16: 'characters (UTF-16)',
  bytes: 'bytes',
};
const MB = 1024 * 1024;

/** A length with its unit. */
export function counted(length: number, unit: TextUnit): string {
  return `${length} ${UNITS[unit]}`;
}

/** A file size as people write it. */
export function sizeOf(bytes: number): string {
  return bytes >= MB ? `${round(bytes / MB)} MB` : `${round(bytes / 1024)} KB`;
}

/** "a, b and c". */
export function andList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
