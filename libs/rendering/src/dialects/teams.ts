import { longFenced, spanned } from '../markup/fences.js';
import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import { shownAddress } from '../text/link-text.js';
import type { Dialect } from './dialect.js';
import { escapedBlocks } from './escaped-blocks.js';

const BOLD = ['**', '**'] as const;
const ITALIC = ['_', '_'] as const;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;' };

const MARKS: Marks = {
  styles: { strong: BOLD, heading: BOLD, emphasis: ITALIC, starred: ITALIC, strike: ['~~', '~~'] },
  text: escape,
  literal: (value, lineStart) => escape(value, (raw) => escapedBlocks(raw, lineStart)),
  code: spanned,
  fence: longFenced,
  link: (label, url) => {
    if (label === url) return url;
    if (!/^(?:https?|mailto):/i.test(url)) return `${escape(label)}: ${shownAddress(url)}`;
    return `[${escape(label)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
  },
};

/**
 * Markdown as Teams reads it in a message (learn.microsoft.com, "Format your bot messages", checked 2026-11): bold, italic,
 * strike, code and links; headings are not shown, so they are bold. HTML is read too, so `&` and `<` are entities. A line end is
 * written as a hard break, since Markdown joins lines.
 */
export const teams: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: true,
};

function escape(text: string, blocks: (escaped: string) => string = (escaped) => escaped): string {
  const escaped = blocks(text.replace(/[\\*_~`[\]]/g, '\\$&'));
  return escaped
    .replace(/[&<]/g, (character) => ENTITIES[character] ?? character)
    .replace(/\n+/g, (ends) => (ends.length === 1 ? '  \n' : ends));
}
