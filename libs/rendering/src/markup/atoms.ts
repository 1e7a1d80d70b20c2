import { graphemes, words } from '../text/graphemes.js';
import { linkText } from '../text/link-text.js';
import type { Run } from './run.js';

/** What stays whole when text is cut: a word, a space, a link, code, a line of a code block. */
export interface Atom {
  run: Run;
  /** Its own length when it is written. */
  size: number;
}

/** The atoms of runs; one that is longer than `max` is broken into words, then graphemes, then what stands between them. */
export function atomsOf(runs: readonly Run[], max: number, size: (runs: readonly Run[]) => number): Atom[] {
  const atomOf = (run: Run): Atom => ({ run, size: size([run]) });
  const fits = (atom: Atom): boolean => atom.size <= max;
  const into = (run: Run, texts: Iterable<string>): Atom[] =>
    Array.from(texts, (text) => atomOf({ ...run, text }));
  const broken = (atom: Atom): Atom[] => {
    const { run } = atom;
    if (fits(atom) || run.text.trim() === '') return [atom];
    return into(run, words(run.text)).flatMap((word) =>
      fits(word)
        ? [word]
        : into(run, graphemes(word.run.text)).flatMap((one) => (fits(one) ? [one] : into(run, one.run.text))),
    );
  };
  return runs.flatMap((run) => {
    const whole = run.kind === 'link' || run.kind === 'code' ? atomOf(run) : undefined;
    if (whole && fits(whole)) return [whole];
    const said = run.kind === 'link' ? asText(run) : run;
    const stretches = said.text.match(said.kind === 'fence' ? /[^\n]*\n|[^\n]+/g : /\n+|[^\S\n]+|\S+/g) ?? [];
    return into(said, stretches).flatMap(broken);
  });
}

/** A link that alone is too long to be one. */
function asText({ text, url = '', styles }: Run): Run {
  return { kind: 'literal', text: linkText(text, url), styles };
}
