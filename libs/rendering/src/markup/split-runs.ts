import { atomsOf } from './atoms.js';
import type { Atom } from './atoms.js';
import { merged, trimmed } from './run.js';
import type { Run } from './run.js';

/** The length of runs as they are written in their dialect, in the unit of the platform. */
export type Size = (runs: readonly Run[]) => number;

/**
 * Cuts runs into pieces of at most `max`, at line ends where the piece is at least half full, else between words. A link, a
 * grapheme or a word is cut only when it alone does not fit; a cut code block is a block in every piece. Only whitespace is lost
 * at the cuts. A piece is written a few times in all, so the time is linear in the length of the text.
 */
export function splitRuns(runs: readonly Run[], max: number, size: Size): Run[][] {
  const whole = trimmed(merged(runs));
  if (whole.length === 0) return [];
  if (size(whole) <= max) return [whole];
  const atoms = atomsOf(whole, max, size);
  const pieces: Run[][] = [];
  for (let at = skipBlank(atoms, 0); at < atoms.length;) {
    const written = (count: number): number => size(pieceOf(atoms, at, at + count));
    const full = at + longest(atoms.length - at, max, (index) => atoms[at + index]?.size ?? 0, written);
    const end = full < atoms.length ? cutAt(atoms, at, full) : full;
    const piece = pieceOf(atoms, at, end);
    if (piece.length > 0) pieces.push(piece);
    at = skipBlank(atoms, end);
  }
  return pieces;
}

/** Cuts off an end that fits, as long as it can be, at a line end or between words; what is before it may be longer. */
export function splitLast(runs: readonly Run[], max: number, size: Size): { lead: Run[]; last: Run[] } {
  const whole = trimmed(merged(runs));
  if (whole.length === 0 || size(whole) <= max) return { lead: [], last: whole };
  const atoms = atomsOf(whole, max, size);
  const { length } = atoms;
  const written = (count: number): number => size(pieceOf(atoms, length - count, length));
  const start = length - longest(length, max, (index) => atoms[length - 1 - index]?.size ?? 0, written);
  const cut = startAt(atoms, start);
  return { lead: pieceOf(atoms, 0, cut), last: pieceOf(atoms, cut, length) };
}

/**
 * How many of `all` atoms fit together; one always goes. Written together they are hardly longer than one by one, so their own
 * lengths (`alone`) say where to begin, and `together` is asked a few times only.
 */
function longest(
  all: number,
  max: number,
  alone: (index: number) => number,
  together: (count: number) => number,
): number {
  const works = (count: number): boolean => count <= all && together(count) <= max;
  let count = 0;
  for (let used = alone(0); count < all && used <= max; used += alone(count)) count += 1;
  if (count < 1 || !works(count)) count = 1;
  let step = 1;
  for (; works(count + step); step *= 2) count += step;
  for (; step >= 1; step = Math.floor(step / 2)) if (works(count + step)) count += step;
  return count;
}

/** The last line end in the second half of the piece, else the last space there, else where it is full. */
function cutAt(atoms: readonly Atom[], at: number, full: number): number {
  let used = 0;
  for (let index = at; index < full; index += 1) used += atoms[index]?.size ?? 0;
  let kept = used;
  let space = isBlankAt(atoms, full) ? full : undefined;
  for (let index = full - 1; index > at; index -= 1) {
    kept -= atoms[index]?.size ?? 0;
    if (kept < used / 2) break;
    if (!isBlankAt(atoms, index)) continue;
    if (atoms[index]?.run.text.includes('\n')) return index;
    space ??= index;
  }
  return space ?? full;
}

/** The first line end in the first half of an end, else the first space there, else its start. */
function startAt(atoms: readonly Atom[], start: number): number {
  const middle = start + (atoms.length - start) / 2;
  let space = isBlankAt(atoms, start - 1) ? start : undefined;
  for (let index = start; index < middle; index += 1) {
    if (!isBlankAt(atoms, index)) continue;
    if (atoms[index]?.run.text.includes('\n')) return index;
    space ??= index;
  }
  return space ?? start;
}

function pieceOf(atoms: readonly Atom[], from: number, to: number): Run[] {
  return trimmed(merged(atoms.slice(from, to).map(({ run }) => run)));
}

function skipBlank(atoms: readonly Atom[], from: number): number {
  let at = from;
  while (isBlankAt(atoms, at)) at += 1;
  return at;
}

function isBlankAt(atoms: readonly Atom[], at: number): boolean {
  return atoms[at]?.run.text.trim() === '';
}
