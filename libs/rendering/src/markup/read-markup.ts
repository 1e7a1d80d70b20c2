import { closesFence, opensFence } from './fence-lines.js';
import { readLine } from './read-line.js';
import { merged } from './run.js';
import type { Run } from './run.js';

const HEADING = /^ {0,3}#{1,6}[ \t]+(?=\S)/;

/**
 * Markdown-like text as runs: marks, code, links, headings and code blocks; lists, quotes and tables stay as they are written.
 * Marks and code end with their line. A code block without an end goes to the end of the text. Never fails, and linear.
 */
export function readMarkup(text: string): Run[] {
  const runs: Run[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    if (at > 0) runs.push({ kind: 'text', text: '\n', styles: [] });
    const line = lines[at] ?? '';
    const block = opensFence(line);
    if (block === undefined) {
      for (const run of lineRuns(line)) runs.push(run);
      continue;
    }
    const end = endOfFence(lines, at + 1, block.fence);
    const code = codeOf(lines, at, end, block);
    if (code.trim() !== '') runs.push({ kind: 'fence', text: code, styles: [] });
    at = end;
  }
  return merged(runs);
}

function lineRuns(line: string): Run[] {
  const heading = HEADING.exec(line);
  return heading ? readLine(line.slice(heading[0].length).trimEnd(), ['heading']) : readLine(line, []);
}

function endOfFence(lines: readonly string[], from: number, fence: string): number {
  let at = from;
  while (at < lines.length && !closesFence(lines[at] ?? '', fence)) at += 1;
  return at;
}

function codeOf(
  lines: readonly string[],
  start: number,
  end: number,
  { fence, code }: { fence: string; code: string },
): string {
  const closing = (lines[end] ?? '').trimEnd();
  const last = closing.slice(0, endOfCode(closing, fence.charAt(0)));
  const beside = (text: string): string[] => (text.trim() === '' ? [] : [text]);
  return [...beside(code), ...lines.slice(start + 1, end), ...beside(last)].join('\n');
}

/** Where the marks at the end of a line begin. */
function endOfCode(line: string, mark: string): number {
  let end = line.length;
  while (end > 0 && line.charAt(end - 1) === mark) end -= 1;
  return end;
}
