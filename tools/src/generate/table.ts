/** First lines of every generated page. */
export function heading(title: string, intro: string): string {
  return `# ${title}\n\n<!-- Made by npm run generate from the code. Change the code, not this page. -->\n\n${intro}\n`;
}

/** A Markdown table; `|` inside a cell is escaped. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}

/** A word as code; empty stays empty. */
export function code(word: string | undefined): string {
  return word === undefined || word === '' ? '' : `\`${word}\``;
}

/** Words as code, separated by commas. */
export function codes(words: Iterable<string>): string {
  return [...words].map(code).join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
