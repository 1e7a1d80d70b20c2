/** RFC 4180 rows, trimmed cells, blank lines skipped; undefined when a quote is left open. Every character is read once. */
export function parseCsv(text: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /[^\S\n]*"((?:[^"]|"")*)"[^\S\n]*(,|\n|$)|([^",\n]*)(,|\n|$)/y;
  while (cells.lastIndex < text.length || row.length > 0) {
    const match = cells.exec(text);
    if (match === null) return undefined;
    row.push(match[1] === undefined ? (match[3] ?? '').trim() : match[1].replaceAll('""', '"'));
    if ((match[2] ?? match[4]) === ',') continue;
    if (row.some((cell) => cell !== '')) rows.push(row);
    row = [];
  }
  return rows;
}
