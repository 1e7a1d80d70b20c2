import type { Dialect } from './dialect.js';
import { linkText, spansOf } from './inline.js';
import type { Span } from './inline.js';

const MARKS: Partial<Record<Span['type'], string>> = { strong: '*', strike: '~', heading: '*' };

/**
 * WhatsApp's own marks: *bold* _italic_ ~strike~ ```code```. Single marks that the writer uses are kept, and nothing escapes
 * them (WhatsApp help centre, "How to format your messages", checked 2026-11). Links are plain addresses.
 */
export const whatsapp: Dialect = {
  envelope: 'parts',
  markup: (text) => spansOf(text).map(write).join(''),
  literal: (value) => value,
  monospace: (text) => `\`\`\`\n${text}\n\`\`\``,
};

function write(span: Span): string {
  const mark = MARKS[span.type];
  // A heading that holds the mark itself is left as it is: WhatsApp would end the bold there.
  if (mark !== undefined) return span.text.includes(mark) ? span.text : mark + span.text.trim() + mark;
  return span.type === 'link' ? linkText(span.text, span.url ?? '') : span.source;
}
