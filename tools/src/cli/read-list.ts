/** Somebody in a list, with the values of the template that are theirs alone. */
export interface Listed {
  phoneNumber: unknown;
  values?: unknown;
}

const NUMBER_COLUMNS = new Set(['phonenumber', 'phone', 'number', 'to', 'mobile']);
const NUMBER_LIKE = /^\+?[\d ().-]{5,}$/;

/**
 * Reads a list of people: JSON (numbers, or objects with phoneNumber and values), or CSV with a number and values in each row,
 * with or without a heading. What is wrong with one number is left to the api, which answers for each place.
 *
 * @throws SyntaxError when it looks like JSON and is none.
 */
export function readList(text: string): Listed[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed.startsWith('[')) return (JSON.parse(trimmed) as unknown[]).map(listedOf);
  const rows = csvRows(trimmed).filter((row) => row.some((cell) => cell !== ''));
  const [head = [], ...rest] = rows;
  const named = head.findIndex((cell) => NUMBER_COLUMNS.has(cell.toLowerCase().replace(/[ _-]/g, '')));
  const hasHead = named >= 0 && !head.some((cell) => NUMBER_LIKE.test(cell));
  return (hasHead ? rest : rows).map((row) => fromRow(row, hasHead ? named : 0));
}

function listedOf(item: unknown): Listed {
  return typeof item === 'object' && item !== null ? (item as Listed) : { phoneNumber: item };
}

function fromRow(row: string[], at: number): Listed {
  const values = row.filter((_, index) => index !== at);
  return { phoneNumber: row[at] ?? '', ...(values.length === 0 ? {} : { values }) };
}

/** RFC 4180: cells between commas, in quotes where they hold a comma, a quote or a line break. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n?|\n|$)/gy;
  for (let match = cells.exec(text); match !== null; match = cells.exec(text)) {
    const [, quoted, bare = '', end] = match;
    row.push(quoted === undefined ? bare.trim() : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows;
}
