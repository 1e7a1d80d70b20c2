import type { TextUnit } from '@skein/contracts';

const UNITS: Record<TextUnit, (text: string) => number> = {
  characters: countCodePoints,
  utf16: (text) => text.length,
  bytes: (text) => Buffer.byteLength(text, 'utf8'),
};

/** The length of a text in the unit in which a platform states its limits; `characters` are code points. */
export function measure(text: string, unit: TextUnit): number {
  return UNITS[unit](text);
}

function countCodePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
