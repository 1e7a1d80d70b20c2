import { SEND_LIMITS } from '@skein/contracts';
import { literal } from '../markup/urls.js';
import { cleanLine } from '../text/clean.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

/** Columns of monospaced text that a phone held sideways still shows on one line. */
const MAX_WIDTH = 60;

export const TABLE: Ladder<'table'> = [monospaced, commaLines];

function monospaced({ rows }: ComponentOf<'table'>, draft: Draft): boolean {
  const grid = gridOf(rows);
  if (!draft.dialect.columns || grid.width > MAX_WIDTH) return false;
  const text = aligned(grid);
  if (text.includes('```')) return false;
  draft.lose('table', 'downgraded', 'table shown as aligned text');
  draft.text([{ kind: 'fence', text, styles: [] }]);
  return true;
}

function commaLines({ rows }: ComponentOf<'table'>, draft: Draft): boolean {
  draft.lose('table', 'downgraded', 'table shown as lines');
  draft.text(literal(withCommas(gridOf(rows))));
  return true;
}

/** A table in plain text: columns padded to the longest cell, unless one long cell would make more blanks than a text may be long. */
export function tableText(rows: Rows): string {
  const grid = gridOf(rows);
  return grid.width * grid.lines.length > SEND_LIMITS.textBytes ? withCommas(grid) : aligned(grid);
}

type Rows = readonly (readonly string[])[];

/** A table measured before anything is padded: few cells can ask for very many blanks. */
interface Grid {
  lines: string[][];
  widths: number[];
  /** Of the longest line. */
  width: number;
}

function gridOf(rows: Rows): Grid {
  const lines = rows.map((row) => row.map(cleanLine));
  const widths: number[] = [];
  for (const row of lines)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const shown = widths.slice(0, widths.findLastIndex((width) => width > 0) + 1);
  const width = shown.reduce((sum, own) => sum + own + GAP.length, -GAP.length);
  return { lines, widths, width };
}

const GAP = '  ';

function aligned({ lines, widths }: Grid): string {
  const padded = (row: string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
  return lines.map((row) => padded(row).trimEnd()).join('\n');
}

function withCommas({ lines }: Grid): string {
  return lines.map((row) => row.join(', ')).join('\n');
}
