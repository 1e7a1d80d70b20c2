import { addressAt, link, targetAt } from './urls.js';
import { pairMarks, STYLE_OF } from './pair-marks.js';
import type { Mark, MarkName } from './pair-marks.js';
import { merged } from './run.js';
import type { Run, Style } from './run.js';
import { after, before, isWordCharacter } from './word.js';

type Token = { run: Run } | { mark: Mark };

/** What can start something; everything before it is text. */
const SPECIAL = /[\\`[<*_~]|https?:\/\//gi;
const ESCAPED = /[*_~`[\]#<>|]/;
const MARKS: Record<string, readonly MarkName[]> = {
  '*': ['*'],
  '**': ['**'],
  '***': ['**', '*'],
  _: ['_'],
  __: ['__'],
  ___: ['__', '_'],
  '~~': ['~~'],
};

/** One line of Markdown-like text as runs; `outer` is the style of the whole line. Linear in its length. */
export function readLine(line: string, outer: readonly Style[]): Run[] {
  const tokens = new LineReader(line).tokens();
  pairMarks(tokens.flatMap((token) => ('mark' in token ? [token.mark] : [])));
  let styles: readonly Style[] = outer;
  const around: (readonly Style[])[] = [];
  const runs = tokens.map((token): Run => {
    if ('run' in token) return { ...token.run, styles };
    const { name, role } = token.mark;
    if (role === 'open') {
      around.push(styles);
      styles = within(styles, STYLE_OF[name]);
    }
    if (role === 'close') styles = around.pop() ?? outer;
    return { kind: 'text', text: role === undefined ? name : '', styles };
  });
  return merged(runs);
}

/** Each style once: marks may be nested without end, and every run has its own list. */
function within(styles: readonly Style[], style: Style): readonly Style[] {
  return styles.includes(style) ? styles : [...styles, style];
}

class LineReader {
  private readonly found: Token[] = [];
  private readonly closing: ReadonlyMap<number, number>;
  private readonly twin: ReadonlyMap<number, number>;
  private at = 0;

  constructor(private readonly line: string) {
    this.closing = bracketPairs(line);
    this.twin = backtickPairs(line);
  }

  tokens(): Token[] {
    const { line } = this;
    while (this.at < line.length) {
      SPECIAL.lastIndex = this.at;
      const special = SPECIAL.exec(line)?.index ?? line.length;
      this.text(special);
      if (special < line.length && !this.special()) this.text(this.at + 1);
    }
    return this.found;
  }

  /** Reads what starts here; false when nothing does. */
  private special(): boolean {
    switch (this.line.charAt(this.at)) {
      case '\\':
        return this.escape();
      case '`':
        return this.code();
      case '[':
        return this.label();
      case '<':
        return this.angled();
      case '*':
      case '_':
      case '~':
        return this.marks();
      default:
        return this.address();
    }
  }

  private text(end: number): void {
    const text = this.line.slice(this.at, end);
    if (text !== '') this.found.push({ run: { kind: 'text', text, styles: [] } });
    this.at = end;
  }

  private take(run: Run, end: number): true {
    this.found.push({ run });
    this.at = end;
    return true;
  }

  private escape(): boolean {
    const next = this.line.charAt(this.at + 1);
    return ESCAPED.test(next) && this.take({ kind: 'text', text: next, styles: [] }, this.at + 2);
  }

  /** Stretches of backticks of the same length hold code; one that has no twin is text as a whole. */
  private code(): true {
    const length = stretch(this.line, this.at);
    const end = this.twin.get(this.at);
    if (end === undefined) {
      this.text(this.at + length);
      return true;
    }
    const inner = this.line.slice(this.at + length, end);
    const text =
      inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== '' ? inner.slice(1, -1) : inner;
    return this.take({ kind: 'code', text, styles: [] }, end + length);
  }

  private label(): boolean {
    const close = this.closing.get(this.at);
    const target = close === undefined ? undefined : targetAt(this.line, close + 1);
    if (close === undefined || target === undefined) return false;
    const label = plainLabel(this.line.slice(this.at + 1, close));
    const last = this.found.at(-1);
    if (last && 'run' in last && last.run.kind === 'text' && last.run.text.endsWith('!')) {
      last.run.text = last.run.text.slice(0, -1);
    }
    return this.take(link(label, target.url), target.end);
  }

  private angled(): boolean {
    const url = addressAt(this.line, this.at + 1);
    const end = this.at + 1 + (url?.length ?? 0);
    return url !== undefined && this.line.charAt(end) === '>' && this.take(link(url, url), end + 1);
  }

  private address(): boolean {
    const url = addressAt(this.line, this.at);
    return url !== undefined && this.take(link(url, url), this.at + url.length);
  }

  /** A mark touches what it marks; a mark inside a word is none. */
  private marks(): true {
    const { line, at } = this;
    const length = stretch(line, at);
    const names = MARKS[line.slice(at, Math.min(at + length, at + 4))];
    if (names === undefined) {
      this.text(at + length);
      return true;
    }
    const left = before(line, at);
    const right = after(line, at + length);
    const [inLeft, inRight] = [isWordCharacter(left), isWordCharacter(right)];
    for (const name of names) {
      // Two stars may stand against a word on one side, as in **Price:**5.
      const strict = name !== '**' && name !== '~~';
      const opens = right !== undefined && right.trim() !== '' && !(inLeft && (strict || inRight));
      const closes = left !== undefined && left.trim() !== '' && !(inRight && (strict || inLeft));
      this.found.push({ mark: { name, at, opens, closes } });
    }
    this.at = at + length;
    return true;
  }
}

/** How often the character at `at` is repeated. */
function stretch(line: string, at: number): number {
  let end = at + 1;
  while (end < line.length && line.charCodeAt(end) === line.charCodeAt(at)) end += 1;
  return end - at;
}

/** Where the bracket that opens at an index closes. */
function bracketPairs(line: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: found, index } of line.matchAll(/\\.|[[\]]/g)) {
    if (found === '[') open.push(index);
    const start = found === ']' ? open.pop() : undefined;
    if (start !== undefined) pairs.set(start, index);
  }
  return pairs;
}

/** The next stretch of backticks of the same length. */
function backtickPairs(line: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const last = new Map<number, number>();
  for (const { 0: found, index } of line.matchAll(/`+/g)) {
    const start = last.get(found.length);
    if (start !== undefined) pairs.set(start, index);
    last.set(found.length, index);
  }
  return pairs;
}

/** A label in words: the marks in it are dropped, and of a picture in it stays its name. */
function plainLabel(label: string): string {
  return label
    .replace(/!?\[([^[\]]*)\]\([^\s()]*\)/g, '$1')
    .replace(/\*\*|__|~~|`/g, '')
    .replace(/\\([*_~`[\]#<>|])/g, '$1')
    .trim();
}
