import type { Run, Style } from './run.js';
import { after, before, isWordCharacter } from './word.js';

/** The marks of one dialect. */
export interface Marks {
  /** What stands before and after a style; a style without marks is shown as ordinary text. */
  styles: Partial<Record<Style, Mark>>;
  /** Prose: what is meant as itself is escaped, lists and quotes stay. */
  text: (text: string) => string;
  /** A value; `lineStart` when it begins a line, where platforms look for lists, quotes and headings. */
  literal?: (value: string, lineStart: boolean) => string;
  code: (text: string) => string;
  fence: (text: string) => string;
  link: (label: string, url: string) => string;
  /** Marks that the platform reads only at word borders and around text without the mark: elsewhere they are left out. */
  fragile?: true;
  /** Code can stand in no other style. */
  bareCode?: true;
}

/** What stands before and after a styled text. */
type Mark = readonly [open: string, close: string];

interface Marked {
  run: Run;
  marks: readonly Mark[];
}

/** Runs in the marks of a dialect. Marks are nested and always closed. */
export function write(runs: readonly Run[], marks: Marks): string {
  const marked = runs.map((run): Marked => ({ run, marks: marksOf(run, marks) }));
  return nested(marked, 0, marks);
}

/** The marks of a run from the outside in, each once: two styles may look the same. */
function marksOf({ kind, styles }: Run, marks: Marks): Mark[] {
  if (marks.bareCode && (kind === 'code' || kind === 'fence')) return [];
  const taken = new Map<string, Mark>();
  for (const style of styles) {
    const mark = marks.styles[style];
    if (mark && !taken.has(mark[0])) taken.set(mark[0], mark);
  }
  return [...taken.values()];
}

function nested(all: readonly Marked[], depth: number, marks: Marks): string {
  const out: string[] = [];
  for (let at = 0; at < all.length;) {
    const first = all[at];
    const mark = first?.marks[depth];
    if (first === undefined || mark === undefined) {
      // Inside a mark nothing begins a line.
      const lineStart = depth === 0 && (out.at(-1)?.endsWith('\n') ?? true);
      if (first) out.push(leaf(first.run, marks, lineStart));
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < all.length && all[end]?.marks[depth]?.[0] === mark[0]) end += 1;
    const inner = nested(all.slice(at, end), depth + 1, marks);
    const left = all[at - 1]?.run.text;
    const right = all[end]?.run.text;
    const inWord =
      isWordCharacter(left && before(left, left.length)) || isWordCharacter(right && after(right, 0));
    out.push(marks.fragile && (inWord || inner.includes(mark[0])) ? inner : wrap(mark, inner));
    at = end;
  }
  return out.join('');
}

function leaf(run: Run, marks: Marks, lineStart: boolean): string {
  const { kind, text, url = '' } = run;
  if (kind === 'link') return marks.link(text, url);
  if (kind === 'literal') return marks.literal?.(text, lineStart) ?? marks.text(text);
  return marks[kind](text);
}

/** A mark touches what it marks. */
function wrap([open, close]: Mark, inner: string): string {
  const text = inner.trim();
  if (text === '') return inner;
  const start = inner.indexOf(text);
  return inner.slice(0, start) + open + text + close + inner.slice(start + text.length);
}
