/** Adds an import before the first one that sorts after it, else behind the last. */
export function withImport(source: string, line: string): string {
  const lines = source.split('\n');
  const imports = lines.flatMap((each, index) => (each.startsWith('import ') ? [index] : []));
  const lastIndex = imports.at(-1);
  if (lastIndex === undefined) throw new Error('there is no import to put another one beside');
  const next = imports.find(
    (index) => moduleOf(lines[index] ?? '') > moduleOf(line) && isNeighbour(lines[index] ?? '', line),
  );
  lines.splice(next ?? lastIndex + 1, 0, line);
  return lines.join('\n');
}

/** Adds an item to the end of the list or object that opens right after the marker. */
export function withItem(source: string, marker: string, item: string): string {
  const start = source.indexOf(marker);
  if (start < 0) throw new Error(`there is no "${marker}"`);
  const open = start + marker.length - 1;
  const close = closingOf(source, open);
  const items = source
    .slice(open + 1, close)
    .trim()
    .replace(/,$/, '');
  return `${source.slice(0, open + 1)}${items === '' ? '' : `${items}, `}${item}${source.slice(close)}`;
}

function moduleOf(line: string): string {
  return /from '([^']+)'/.exec(line)?.[1] ?? '';
}

/** Imports that start in the same folder and lie as deep stand together, in the order of their names. */
function isNeighbour(one: string, other: string): boolean {
  const [a, b] = [moduleOf(one).split('/'), moduleOf(other).split('/')];
  return a[0] === b[0] && a.length === b.length;
}

const PAIRS: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };

/** Where the bracket at `open` closes; the lists that are edited hold no brackets in strings. */
function closingOf(source: string, open: number): number {
  const [opening, closing] = [source.charAt(open), PAIRS[source.charAt(open)]];
  let depth = 0;
  for (let at = open; at < source.length; at += 1) {
    if (source.charAt(at) === opening) depth += 1;
    if (source.charAt(at) === closing) depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error('a list is not closed');
}
