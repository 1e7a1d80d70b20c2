import { literal } from '../markup/urls.js';
import { cleanLine } from '../text/clean.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

/** Columns of monospaced text that a phone held sideways still shows on one line. */
const MAX_WIDTH = 60;

export const TABLE: Ladder<'table'> = [monospaced, commaLines];

function monospaced({ rows }: ComponentOf<'table'>, draft: Draft): boolean {
  const aligned = alignedText(rows);
  const fits =
    draft.dialect.columns &&
    !aligned.includes('```') &&
    aligned.split('\n').every((line) => line.length <= MAX_WIDTH);
  if (!fits) return false;
  draft.lose('table', 'downgraded', 'table shown as aligned text');
  draft.text([{ kind: 'fence', text: aligned, styles: [] }]);
  return true;
}

function commaLines({ rows }: ComponentOf<'table'>, draft: Draft): boolean {
  draft.lose('table', 'downgraded', 'table shown as lines');
  draft.text(literal(rows.map((row) => row.map(cleanLine).join(', ')).join('\n')));
  return true;
}

/** Columns padded with spaces to the longest cell. */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map(cleanLine));
  const widths: number[] = [];
  for (const row of lines)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return lines
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
