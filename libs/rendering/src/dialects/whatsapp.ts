import { fenced } from '../markup/fences.js';
import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import { linkText } from '../text/link-text.js';
import type { Dialect } from './dialect.js';

const MARKS: Marks = {
  styles: {
    strong: ['*', '*'],
    starred: ['*', '*'],
    heading: ['*', '*'],
    emphasis: ['_', '_'],
    strike: ['~', '~'],
  },
  text: (text) => text,
  code: (text) => (text.includes('`') ? text : `\`${text}\``),
  fence: fenced,
  link: linkText,
  fragile: true,
};

/**
 * WhatsApp's own marks: *bold* _italic_ ~strike~ `code` and code blocks; the single star of a writer stays bold, as WhatsApp
 * shows it. Nothing escapes them (WhatsApp help centre, "How to format your messages", checked 2026-11). Links are addresses.
 */
export const whatsapp: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: false,
};
