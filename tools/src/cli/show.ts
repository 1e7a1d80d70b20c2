import type { Command } from 'commander';
import type { Listed } from './client.js';
import { plain } from './screen.js';
import { number, queryOf, text, type Run } from './run.js';

/** One column of a list: its title and what it shows of an item. */
export type Column<T> = readonly [title: string, cell: (item: T) => unknown];

/** Adds the options of a list that has pages. */
export function paged(command: Command): Command {
  return command
    .option('--limit <n>', 'how many, at most 200')
    .option('--cursor <cursor>', 'goes on after the page that ended with it');
}

/** Shows a list, as the api answered it or as a table. */
export async function showList<T>(
  run: Run,
  path: string,
  columns: readonly Column<T>[],
  query: Record<string, string | undefined> = {},
): Promise<void> {
  const page = { limit: number(run.options, 'limit'), cursor: text(run.options, 'cursor') };
  const list = await run.client.get<Listed<T>>(`${path}${queryOf({ ...query, ...page })}`);
  if (run.screen.json) return run.screen.data(list);
  tableOf(run, list.items, columns);
  if (list.nextCursor !== null) run.screen.note(`More: --cursor ${list.nextCursor}`);
}

/** Items as a table. */
export function tableOf<T>({ screen }: Run, items: readonly T[], columns: readonly Column<T>[]): void {
  screen.table(
    columns.map(([title]) => title),
    items.map((item) => columns.map(([, cell]) => cell(item))),
  );
}

/** Shows one thing, as the api answered it or as pairs of a name and a value. */
export function showOne(run: Run, value: object, pairs: readonly (readonly [string, unknown])[]): void {
  if (run.screen.json) return run.screen.data(value);
  const given = pairs.filter(([, shown]) => shown !== null && shown !== undefined && shown !== '');
  const width = Math.max(...given.map(([name]) => name.length));
  for (const [name, shown] of given)
    run.screen.line(`${run.screen.colours.bold(name.padEnd(width))}  ${wordsOf(shown)}`);
}

function wordsOf(value: unknown): string {
  return plain(value, 300);
}

/** A time as people read it: the local one, to the second. */
export function when(at: unknown): string {
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return '';
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
