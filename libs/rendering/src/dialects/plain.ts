import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import { linkText } from '../text/link-text.js';
import type { Dialect } from './dialect.js';

const MARKS: Marks = {
  // Single marks are also how people write, so they stay.
  styles: { emphasis: ['_', '_'], starred: ['*', '*'] },
  text: (text) => text,
  code: (text) => text,
  fence: (text) => text,
  link: linkText,
};

/** No marks at all; single `*` and `_` stay, since a writer may mean them. */
export const plain: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: false,
  links: false,
};
