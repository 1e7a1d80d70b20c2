import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import { linkText } from '../text/link-text.js';
import type { Dialect } from './dialect.js';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const READ: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const BOLD = ['<b>', '</b>'] as const;
const ITALIC = ['<i>', '</i>'] as const;

const MARKS: Marks = {
  styles: { strong: BOLD, heading: BOLD, emphasis: ITALIC, starred: ITALIC, strike: ['<s>', '</s>'] },
  text: escape,
  code: (text) => `<code>${escape(text)}</code>`,
  fence: (text) => `<pre>${escape(text)}</pre>`,
  link: (label, url) => {
    if (label === url || !/^https?:/i.test(url)) return escape(linkText(label, url));
    return `<a href="${escape(url)}">${escape(label)}</a>`;
  },
  bareCode: true,
};

/**
 * Telegram's HTML (`parse_mode: HTML`): b, i, s, code, pre and a (core.telegram.org/bots/api#html-style, checked 2026-11). Its
 * limits count the text after the tags and entities have been read, so that is what is measured here.
 */
export const telegram: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: true,
  counted: (written) =>
    written
      .replace(/<[^<>]*>/g, '')
      .replace(/&(amp|lt|gt|quot);/g, (entity, name: string) => READ[name] ?? entity),
};

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
