import { fenced, spanned } from '../markup/fences.js';
import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import { shownAddress } from '../text/link-text.js';
import type { Dialect } from './dialect.js';
import { escapedBlocks } from './escaped-blocks.js';

const BOLD = ['**', '**'] as const;
const ITALIC = ['_', '_'] as const;
/** The people that everybody-mentions name; a character without width parts the sign from the word. */
const EVERYBODY = /@(?=everyone|here)/gi;

const MARKS: Marks = {
  styles: { strong: BOLD, heading: BOLD, emphasis: ITALIC, starred: ITALIC, strike: ['~~', '~~'] },
  text: escape,
  literal: (value, lineStart) => escapedBlocks(escape(value), lineStart),
  code: (text) => spanned(disarmed(text)),
  fence: (text) => fenced(disarmed(text)),
  link: (label, url) => {
    // A label that looks like an address, and an address that is not of the web, are not read as a link.
    if (label === url) return url;
    if (!/^https?:/i.test(url) || label.includes('://')) return `${escape(label)}: ${shownAddress(url)}`;
    return `[${escape(label)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
  },
};

/**
 * Discord's Markdown, with a backslash before marks that are meant as themselves (support.discord.com, "Markdown Text 101",
 * checked 2026-11). Text mentions nobody: `<` is escaped, and `@everyone` and `@here` are parted.
 */
export const discord: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: true,
};

function escape(text: string): string {
  return disarmed(text.replace(/[\\*_~`|<[\]]/g, '\\$&'));
}

function disarmed(text: string): string {
  return text.replace(EVERYBODY, '@\u200B');
}
