import Table from 'cli-table3';
import type { Trouble } from './cli-error.js';

type Paint = (text: string) => string;

/** Colours for a terminal; text as it is for anything else, and where NO_COLOR is set. */
export interface Colours {
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
}

/** Where a command puts its result. Progress and errors go to stderr, so that stdout can be piped. */
export interface Screen {
  /** JSON was asked for: nothing else may be on stdout. */
  json: boolean;
  colours: Colours;
  line: (text?: string) => void;
  note: (text: string) => void;
  /** One JSON document, or with `compact` one line of it. */
  data: (value: unknown, compact?: boolean) => void;
  table: (head: string[], rows: unknown[][]) => void;
}

export function coloursFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colours {
  const isColoured = stream.isTTY === true && !env['NO_COLOR'];
  const paint =
    (code: number): Paint =>
    (text) =>
      isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    cyan: paint(36),
  };
}

// Control characters, and marks that turn the direction of text around.
const UNSHOWABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Text on one line and without what steers a terminal: messages are written by strangers. */
export function plain(value: unknown, most = 120): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = [...text.replace(UNSHOWABLE, ' ')];
  return shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : shown.join('');
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** A table without lines; the columns are as wide as what is in them. */
export function tableText(head: string[], rows: unknown[][], colours: Colours): string {
  const table = new Table({
    head: head.map((title) => colours.bold(title)),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((cell) => plain(cell, 60))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

export function screenOf(json: boolean): Screen {
  const colours = coloursFor(process.stdout);
  const line = (text = '') => void process.stdout.write(`${text}\n`);
  const note = (text: string) => void process.stderr.write(`${coloursFor(process.stderr).dim(text)}\n`);
  return {
    json,
    colours,
    line,
    note,
    data: (value, compact = false) => line(JSON.stringify(value ?? null, null, compact ? 0 : 2)),
    table: (head, rows) =>
      rows.length === 0 ? note('Nothing there.') : line(tableText(head, rows, colours)),
  };
}

/** Says on stderr why a command failed and what to do about it. */
export function complain(trouble: Trouble, json: boolean): void {
  if (json) return void process.stderr.write(`${JSON.stringify(trouble)}\n`);
  const { bold, dim, red } = coloursFor(process.stderr);
  const { code, detail, errors = [], choices = [], next = [] } = trouble;
  const lines = [
    `${red('✗')} ${bold(code)}: ${plain(detail, 500)}`,
    ...errors.map(({ field, reason }) => `  ${plain(field)}: ${plain(reason, 300)}`),
    ...(choices.length === 0 ? [] : [`  choose among: ${plain(choices.join(', '), 500)}`]),
    ...next.map((step) => `  ${dim('→')} ${plain(step, 300)}`),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}
