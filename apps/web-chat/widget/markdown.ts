import { h, type Child } from './dom.js';
import { safeUrl } from './links.js';

// Each alternative starts at its own mark and cannot run past a second one, so open marks cost linear time.
const MARKS = new RegExp(
  [
    /\\(?<escaped>[\\*_~`[\](){}#+.!|>-])/,
    /(?<ticks>`{3,})[^\n`]*\n(?<fence>[\s\S]*?)\n?\k<ticks>/,
    /(?<tick>`+)(?<code>[^\n]+?)\k<tick>(?!`)/,
    /\[(?<label>(?:\\.|[^[\]\\\n])+)\]\((?<link>[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)/,
    /(?<url>https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'*_~])/,
    /\*\*(?<strong>(?:\\.|[^*\\\n])+)\*\*/,
    /~~(?<strike>(?:\\.|[^~\\\n])+)~~/,
    /(?<![\w\\])_(?<emphasis>(?:\\.|[^_\\\n])+)_(?!\w)/,
    /(?<![\w*\\])\*(?<emphasis2>(?:\\.|[^*\\\s])(?:(?:\\.|[^*\\\n])*(?:\\.|[^*\\\s]))?)\*(?![\w*])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Inner marks deeper than this are shown as they are written. */
const MAX_DEPTH = 4;

/** The text as nodes: the subset of Markdown of the web chat, nothing else becomes markup. */
export function textNodes(text: string, depth = 0): Child[] {
  const nodes: Child[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    const node = nodeOf(match.groups ?? {}, depth);
    if (node === undefined) continue;
    nodes.push(...lines(text.slice(from, match.index)), node);
    from = match.index + match[0].length;
  }
  return [...nodes, ...lines(text.slice(from))];
}

function nodeOf(groups: Record<string, string | undefined>, depth: number): Child {
  const { escaped, fence, code, label, link, url, strong, strike, emphasis = groups['emphasis2'] } = groups;
  const inner = (text: string) => (depth < MAX_DEPTH ? textNodes(text, depth + 1) : [text]);
  if (escaped !== undefined) return escaped;
  if (fence !== undefined) return h('pre', { tabindex: '0' }, h('code', {}, fence));
  if (code !== undefined) return h('code', {}, code.trim() || code);
  if (label !== undefined) return anchor(link ?? '', inner(label));
  if (url !== undefined) return anchor(url, [url]);
  if (strong !== undefined) return h('strong', {}, ...inner(strong));
  if (strike !== undefined) return h('del', {}, ...inner(strike));
  return emphasis === undefined ? undefined : h('em', {}, ...inner(emphasis));
}

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'*_~]/g;

/** What a visitor wrote, as it was written, with its addresses as links. */
export function plainNodes(text: string): Child[] {
  const nodes: Child[] = [];
  let from = 0;
  for (const { 0: url, index } of text.matchAll(ADDRESS)) {
    nodes.push(...lines(text.slice(from, index)), anchor(url, [url]));
    from = index + url.length;
  }
  return [...nodes, ...lines(text.slice(from))];
}

/** A link that leaves the page's opener and history alone; undefined for an address that must not be followed. */
function anchor(url: string, children: Child[]): HTMLAnchorElement | undefined {
  const href = safeUrl(url);
  return href === undefined
    ? undefined
    : h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children);
}

/** A line end is a line end. */
function lines(text: string): Child[] {
  return text.split('\n').flatMap((line, index) => [...(index > 0 ? [h('br')] : []), line]);
}
