import type { TextUnit } from '@skein/contracts';
import { graphemes, words } from './graphemes.js';
import { measure } from './measure.js';

const FENCE = '```';
const ATOM = /```[\s\S]*?```|\s+|(?:(?!```)\S)+|```/g;
const LINK = /(https?:\/\/[^\s)\]]+)/;

/**
 * Cuts a text into pieces of at most `max` units, at line ends where the piece is at least half full, else at words. A link,
 * a grapheme or a code block is cut only when it alone is longer than `max`; a cut code block is closed and opened again.
 * Only whitespace is lost at the cuts. Linear in the length of the text.
 */
export function splitText(text: string, max: number, unit: TextUnit): string[] {
  const size = (piece: string): number => measure(piece, unit);
  const whole = text.trim();
  if (whole === '') return [];
  if (size(whole) <= max) return [whole];
  const atoms = (whole.match(ATOM) ?? []).flatMap((atom) =>
    size(atom) <= max ? [atom] : breakAtom(atom, max, size),
  );
  return pack(atoms, max, size);
}

type Size = (piece: string) => number;

function breakAtom(atom: string, max: number, size: Size): string[] {
  if (atom.trim() === '') return [atom.includes('\n') ? '\n' : ' '];
  if (atom.startsWith(FENCE) && atom.length > FENCE.length) return breakCode(atom, max, size);
  return atom.split(LINK).flatMap((piece) => {
    if (size(piece) <= max) return LINK.test(piece) ? [piece] : [...words(piece)];
    return [...words(piece)].flatMap((word) => (size(word) <= max ? [word] : breakWord(word, max, size)));
  });
}

function breakWord(word: string, max: number, size: Size): string[] {
  return [...graphemes(word)].flatMap((grapheme) => (size(grapheme) <= max ? [grapheme] : [...grapheme]));
}

/** The fence and its line ends take 8 units of every piece, in all three units. */
function breakCode(code: string, max: number, size: Size): string[] {
  const lines = code.slice(FENCE.length, -FENCE.length).match(/\n+|[^\n]+/g) ?? [];
  const atoms = lines.flatMap((line) => (size(line) <= max - 8 ? [line] : breakAtom(line, max - 8, size)));
  return pack(atoms, max - 8, size).flatMap((piece) => [`${FENCE}\n${piece}\n${FENCE}`, '\n']);
}

/** Fills pieces with atoms that are each within `max`. */
function pack(atoms: readonly string[], max: number, size: Size): string[] {
  const pieces: string[] = [];
  let current: string[] = [];
  let used = 0;
  const emit = (): void => {
    const cut = cutAt(current, used, max, size);
    const piece = current.slice(0, cut).join('').trim();
    if (piece !== '') pieces.push(piece);
    current = current.slice(cut);
    used = current.reduce((sum, atom) => sum + size(atom), 0);
  };
  for (const atom of atoms) {
    const length = size(atom);
    while (current.length > 0 && used + length > max) emit();
    if (current.length === 0 && atom.trim() === '') continue;
    current.push(atom);
    used += length;
  }
  const rest = current.join('').trim();
  return rest === '' ? pieces : [...pieces, rest];
}

/** How many atoms the next piece takes: up to the last line end in its second half, else all of them. */
function cutAt(atoms: readonly string[], used: number, max: number, size: Size): number {
  let before = used;
  for (let index = atoms.length - 1; index > 0; index -= 1) {
    const atom = atoms[index] ?? '';
    before -= size(atom);
    if (before < max / 2) break;
    if (atom.includes('\n') && atom.trim() === '') return index + 1;
  }
  return atoms.length;
}
