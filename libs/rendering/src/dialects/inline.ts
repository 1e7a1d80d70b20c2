/** A stretch of Markdown-like text. Marks do not nest: a mark's content is shown as it is written. */
export interface Span {
  type: 'text' | 'code' | 'fence' | 'link' | 'url' | 'strong' | 'strike' | 'emphasis' | 'heading';
  text: string;
  /** Only of a link. */
  url?: string;
  /** As it was written. */
  source: string;
}

// Each alternative starts at its own mark and stops at the next one, so a text full of open marks costs linear time.
const SPANS = new RegExp(
  [
    '```(?:[A-Za-z0-9+-]*\\n)?(?<fence>[\\s\\S]*?)```',
    '`(?<code>[^`\\n]+)`',
    '!?\\[(?<label>[^[\\]\\n]+)\\]\\((?<link>(?:https?:|mailto:|tel:)[^\\s()]*(?:\\([^\\s()]*\\)[^\\s()]*)*)\\)',
    '(?<url>https?://[^\\s<>"]*[^\\s<>".,;:!?)\\]\'*_~])',
    '\\*\\*(?<strong>[^*\\n]+)\\*\\*',
    '(?<!\\w)__(?<strong2>[^_\\n]+)__(?!\\w)',
    '~~(?<strike>[^~\\n]+)~~',
    '(?<![\\w*])\\*(?<emphasis>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])',
    '(?<![\\w_])_(?<emphasis2>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])',
    '^#{1,6} (?<heading>[^\\n]+)$',
  ].join('|'),
  'gm',
);
const KINDS: Record<string, Span['type']> = {
  fence: 'fence',
  code: 'code',
  label: 'link',
  url: 'url',
  strong: 'strong',
  strong2: 'strong',
  strike: 'strike',
  emphasis: 'emphasis',
  emphasis2: 'emphasis',
  heading: 'heading',
};

/** The spans of a text, in order; their sources joined are the text. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) spans.push({ type: 'text', text: text.slice(from, to), source: text.slice(from, to) });
  };
  for (const match of text.matchAll(SPANS)) {
    const groups = match.groups ?? {};
    const [name, content] =
      Object.entries(groups).find(([key, value]) => key !== 'link' && value !== undefined) ?? [];
    const type = name === undefined ? undefined : KINDS[name];
    if (type === undefined || content === undefined) continue;
    plain(match.index);
    spans.push({
      type,
      text: content,
      source: match[0],
      ...(type === 'link' ? { url: groups['link'] } : {}),
    });
    from = match.index + match[0].length;
  }
  plain(text.length);
  return spans;
}

/** A link where only text can be shown. */
export function linkText(label: string, url: string): string {
  return label === url || label === '' ? url : `${label}: ${url}`;
}
