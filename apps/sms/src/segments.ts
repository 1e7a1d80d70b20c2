import { septetsOf } from './gsm.js';

export type SmsEncoding = 'GSM-7' | 'UCS-2';

/** A text as it goes over the air: one segment, or several that the phone joins. */
export interface Segmented {
  encoding: SmsEncoding;
  segments: string[];
}

/**
 * What one message of 140 octets holds: septets of GSM-7, UTF-16 units of UCS-2. Several need a header of 6 octets each
 * (3GPP TS 23.040, 9.2.3.24.1, 8-bit reference).
 */
const ROOM = {
  'GSM-7': { alone: 160, joined: 153 },
  'UCS-2': { alone: 70, joined: 67 },
} as const;

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Cuts a text into segments. One character outside GSM-7 makes all of it UCS-2. An escape pair or a surrogate pair is never cut, and
 * neither is what a reader takes for one character, unless it alone is longer than a segment.
 */
export function segmentsOf(text: string): Segmented {
  const encoding: SmsEncoding = [...text].every((each) => septetsOf(each) !== undefined) ? 'GSM-7' : 'UCS-2';
  const size = encoding === 'GSM-7' ? gsmSize : (piece: string): number => piece.length;
  const { alone, joined } = ROOM[encoding];
  if (size(text) <= alone) return { encoding, segments: [text] };
  return { encoding, segments: packed(atomsOf(text, encoding, joined), joined, size) };
}

/** `1 segment (GSM-7)`. */
export function describeSegments(count: number, encoding: SmsEncoding): string {
  return `${count} ${count === 1 ? 'segment' : 'segments'} (${encoding})`;
}

function gsmSize(piece: string): number {
  let size = 0;
  for (const character of piece) size += septetsOf(character) ?? 1;
  return size;
}

/** CR LF is one grapheme, and may be cut all the same: every character of GSM-7 stands for itself. */
function atomsOf(text: string, encoding: SmsEncoding, room: number): string[] {
  if (encoding === 'GSM-7') return [...text];
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment).flatMap((grapheme) =>
    grapheme.length <= room ? [grapheme] : [...grapheme],
  );
}

function packed(atoms: readonly string[], room: number, size: (piece: string) => number): string[] {
  const segments: string[] = [];
  let current = '';
  let used = 0;
  for (const atom of atoms) {
    const length = size(atom);
    if (used + length > room) {
      segments.push(current);
      current = '';
      used = 0;
    }
    current += atom;
    used += length;
  }
  return [...segments, current];
}
