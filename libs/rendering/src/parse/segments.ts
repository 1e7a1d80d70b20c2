import { closesFence, opensFence } from '../markup/fence-lines.js';

/** A stretch of a message text: prose, a closed `:::` block, or lines that look like a block and are not one. */
export type Segment =
  | { type: 'prose'; source: string }
  | { type: 'block'; name: string; body: string[]; source: string }
  | { type: 'stray'; name: string; detail: string; source: string };

const OPEN = /^::: ?([A-Za-z][A-Za-z0-9_-]{0,63})[ \t]*$/;
const CLOSE = /^:::[ \t]*$/;

/**
 * Cuts a text into prose and blocks, in order. A block ends at the first `:::`; an opening line before it makes the block
 * malformed, so every line is looked at once. Nothing is recognised inside a code fence.
 */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  let prose: string[] = [];
  let block: { name: string; lines: string[] } | undefined;
  let fence: string | undefined;
  const add = (segment: Segment): void => {
    if (prose.length > 0) segments.push({ type: 'prose', source: prose.join('\n') });
    prose = [];
    segments.push(segment);
  };
  const abandon = (): void => {
    if (block)
      add({ type: 'stray', name: block.name, detail: 'block is not closed', source: block.lines.join('\n') });
    block = undefined;
  };
  for (const line of text.split('\n')) {
    if (fence !== undefined) {
      if (closesFence(line, fence)) fence = undefined;
      prose.push(line);
      continue;
    }
    const name = OPEN.exec(line)?.[1];
    if (name !== undefined) {
      abandon();
      block = { name, lines: [line] };
    } else if (CLOSE.test(line)) {
      if (block)
        add({
          type: 'block',
          name: block.name,
          body: block.lines.slice(1),
          source: [...block.lines, line].join('\n'),
        });
      else add({ type: 'stray', name: ':::', detail: 'nothing to close', source: line });
      block = undefined;
    } else if (block) {
      block.lines.push(line);
    } else {
      fence = opensFence(line)?.fence;
      prose.push(line);
    }
  }
  abandon();
  if (prose.length > 0) segments.push({ type: 'prose', source: prose.join('\n') });
  return segments;
}
