import type { Dialect } from './dialect.js';
import { linkText, spansOf } from './inline.js';
import type { Span } from './inline.js';

/** No marks at all; single `*` and `_` stay, since a writer may mean them. */
export const plain: Dialect = {
  envelope: 'parts',
  markup: (text) => spansOf(text).map(write).join(''),
  literal: (value) => value,
};

function write(span: Span): string {
  if (span.type === 'emphasis' || span.type === 'url' || span.type === 'text') return span.source;
  return span.type === 'link' ? linkText(span.text, span.url ?? '') : span.text;
}
