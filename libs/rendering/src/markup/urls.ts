import type { Run } from './run.js';

/** Addresses that a link may have; anything else stays text. */
const LINKABLE = /^(?:https?:\/\/|mailto:|tel:)[^\s]/i;
const BARE = String.raw`https?:\/\/[^\s<>"、。，！？；：）」』】]+`;
const ANY_BARE = new RegExp(BARE, 'giu');
const BARE_HERE = new RegExp(BARE, 'iuy');
const TARGET =
  /\([ \t]*(?:<([^<>\n]*)>|((?:[^\s()<]|\([^\s()]*\))(?:[^\s()]|\([^\s()]*\))*))(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'))?[ \t]*\)/y;

/** The target of `[label](target)` whose parenthesis opens at `at`; undefined when it is none that a link may have. */
export function targetAt(text: string, at: number): { url: string; end: number } | undefined {
  TARGET.lastIndex = at;
  const match = TARGET.exec(text);
  const url = match?.[1] ?? match?.[2];
  return match !== null && url !== undefined && LINKABLE.test(url) && !/\s/.test(url)
    ? { url, end: at + match[0].length }
    : undefined;
}

/** The web address that starts at `at`, without the punctuation after it; parentheses of its own are kept. */
export function addressAt(text: string, at: number): string | undefined {
  BARE_HERE.lastIndex = at;
  const match = BARE_HERE.exec(text);
  return match === null ? undefined : withoutTail(match[0]);
}

/** A value as runs: nothing in it is a mark, but web addresses stay whole. */
export function literal(value: string): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (const match of value.matchAll(ANY_BARE)) {
    const url = withoutTail(match[0]);
    if (url === undefined) continue;
    runs.push({ kind: 'literal', text: value.slice(from, match.index), styles: [] }, link(url, url));
    from = match.index + url.length;
  }
  runs.push({ kind: 'literal', text: value.slice(from), styles: [] });
  return runs.filter(({ text }) => text !== '');
}

/** A link as a run. */
export function link(label: string, url: string): Run {
  return { kind: 'link', text: label.trim() === '' ? url : label, styles: [], url };
}

function withoutTail(url: string): string | undefined {
  let closing = url.split(')').length - url.split('(').length;
  let end = url.length;
  for (; end > 0; end -= 1) {
    const last = url.charAt(end - 1);
    if (last === ')' && closing > 0) closing -= 1;
    else if (!".,;:!?'*_~]}|`\\".includes(last)) break;
  }
  const kept = url.slice(0, end);
  return LINKABLE.test(kept) ? kept : undefined;
}
