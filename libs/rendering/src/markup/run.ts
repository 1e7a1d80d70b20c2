/** How text is meant. `starred` is `*one star*`: italic in Markdown, bold to people who write WhatsApp's marks. */
export type Style = 'strong' | 'emphasis' | 'starred' | 'strike' | 'heading';

/**
 * A stretch of text that is meant in one way. Text is read into runs once, cut as runs, and written in a dialect last; so a cut
 * can never leave half a mark, half a tag or half a link behind.
 */
export interface Run {
  /** `text` is prose with its own lists and quotes, `literal` a value in which nothing is a mark. */
  kind: 'text' | 'literal' | 'code' | 'fence' | 'link';
  text: string;
  /** Outermost first. */
  styles: readonly Style[];
  /** Only of a link; equal to the text when the address itself is shown. */
  url?: string;
}

/** Runs without empty ones, and neighbours that are meant alike as one. */
export function merged(runs: readonly Run[]): Run[] {
  const kept: Run[] = [];
  let texts: string[] = [];
  const end = (): void => {
    const last = kept.at(-1);
    if (last !== undefined) last.text = texts.join('');
  };
  for (const run of runs) {
    if (run.text === '') continue;
    const last = kept.at(-1);
    if (last !== undefined && alike(last, run)) {
      texts.push(run.text);
      continue;
    }
    end();
    kept.push({ ...run });
    texts = [run.text];
  }
  end();
  return kept;
}

/** Lists of runs with a separator between those that hold something. */
export function joined(lists: readonly (readonly Run[])[], separator: string): Run[] {
  const between: Run = { kind: 'literal', text: separator, styles: [] };
  return lists
    .filter((runs) => runs.length > 0)
    .flatMap((runs, index) => (index === 0 ? runs : [between, ...runs]));
}

function alike(one: Run, other: Run): boolean {
  return (
    one.kind === other.kind &&
    one.kind !== 'link' &&
    (one.styles === other.styles ||
      (one.styles.length === other.styles.length &&
        one.styles.every((style, at) => style === other.styles[at])))
  );
}

/** Runs without whitespace at both ends. */
export function trimmed(runs: readonly Run[]): Run[] {
  const first = runs.findIndex((run) => !isBlank(run));
  const last = runs.findLastIndex((run) => !isBlank(run));
  return runs.slice(first, first === -1 ? first : last + 1).map((run, index, all) => ({
    ...run,
    text: trimEnds(run, index === 0, index === all.length - 1),
  }));
}

/** The indentation of a block's first line belongs to the code. */
function trimEnds({ kind, text }: Run, first: boolean, last: boolean): string {
  if (kind === 'code') return text;
  const start = first ? (kind === 'fence' ? text.replace(/^(?:[ \t]*\n)+/, '') : text.trimStart()) : text;
  return last ? start.trimEnd() : start;
}

function isBlank(run: Run): boolean {
  return run.text.trim() === '';
}
