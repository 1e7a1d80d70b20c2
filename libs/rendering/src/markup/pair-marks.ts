import type { Style } from './run.js';

/** A mark that may open or close a style. */
export type MarkName = '*' | '**' | '_' | '__' | '~~';

export const STYLE_OF: Record<MarkName, Style> = {
  '*': 'starred',
  '**': 'strong',
  _: 'emphasis',
  __: 'strong',
  '~~': 'strike',
};

/** A mark of a line; marks of one stretch such as `***` have the same `at`. */
export interface Mark {
  name: MarkName;
  at: number;
  opens: boolean;
  closes: boolean;
  /** What it turned out to be. */
  role?: 'open' | 'close';
}

/**
 * Finds the marks that belong together, innermost first; the others stay as they are written. Pairs are nested, never crossed.
 * Linear: a mark is put on the stack and taken from it once, and a mark that nothing can open is not looked for.
 */
export function pairMarks(marks: readonly Mark[]): void {
  const open: Mark[] = [];
  const waiting = new Map<MarkName, number>();
  const count = (name: MarkName, by: number): void => void waiting.set(name, (waiting.get(name) ?? 0) + by);
  for (const [index, mark] of marks.entries()) {
    turnToTop(mark, marks[index + 1], open.at(-1));
    if (mark.closes && (waiting.get(mark.name) ?? 0) > 0) {
      turnTop(open, mark.name);
      let top = open.pop();
      while (top !== undefined && top.name !== mark.name) {
        count(top.name, -1);
        top = open.pop();
      }
      count(mark.name, -1);
      if (top) top.role = 'open';
      mark.role = 'close';
    } else if (mark.opens) {
      open.push(mark);
      count(mark.name, 1);
    }
  }
}

/** Of a closing `***`, the part that closes what was opened last comes first. */
function turnToTop(mark: Mark, next: Mark | undefined, top: Mark | undefined): void {
  if (next?.at === mark.at && top?.name === next.name && mark.closes) swap(mark, next);
}

/** An opening `***` may be closed in either order. */
function turnTop(open: readonly Mark[], name: MarkName): void {
  const [below, top] = open.slice(-2);
  if (below && top && below.at === top.at && below.name === name) swap(below, top);
}

function swap(one: Mark, other: Mark): void {
  const { name, opens, closes } = one;
  Object.assign(one, { name: other.name, opens: other.opens, closes: other.closes });
  Object.assign(other, { name, opens, closes });
}
