import { longFenced, spanned } from '../markup/fences.js';
import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import type { Dialect } from './dialect.js';

const BOLD = ['**', '**'] as const;
const ITALIC = ['_', '_'] as const;

const MARKS: Marks = {
  styles: { strong: BOLD, heading: BOLD, emphasis: ITALIC, starred: ITALIC, strike: ['~~', '~~'] },
  text: escape,
  code: spanned,
  fence: longFenced,
  link: (label, url) =>
    label === url ? url : `[${escape(label)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
};

/**
 * The subset that the web chat widget reads: **bold**, _italic_, ~~gone~~, code, [label](address) and bare addresses. A backslash
 * stands before each of these signs that is meant as itself: \ * _ ~ ` [ ]. A line end is a line end.
 */
export const markdown: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: true,
};

function escape(text: string): string {
  return text.replace(/[\\*_~`[\]]/g, '\\$&');
}
