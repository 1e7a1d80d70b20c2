const BLOCK = /^([ \t]*)(?:([#>+-])|(\d{1,9})([.)]))(?=[ \t]|$|>|#)/;

/** A value in which lines that look like a list, a quote or a heading are kept from becoming one, by a backslash. */
export function escapedBlocks(value: string, lineStart: boolean): string {
  return value
    .split('\n')
    .map((line, index) => (index > 0 || lineStart ? line.replace(BLOCK, escapeBlock) : line))
    .join('\n');
}

function escapeBlock(_all: string, space: string, mark?: string, number?: string, end?: string): string {
  return mark === undefined ? `${space}${number ?? ''}\\${end ?? ''}` : `${space}\\${mark}`;
}
