import { fenced } from '../markup/fences.js';
import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import type { Dialect } from './dialect.js';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const ENCODED: Record<string, string> = { '&': '&amp;', '<': '%3C', '>': '%3E', '|': '%7C' };

const MARKS: Marks = {
  styles: {
    strong: ['*', '*'],
    heading: ['*', '*'],
    emphasis: ['_', '_'],
    starred: ['_', '_'],
    strike: ['~', '~'],
  },
  text: escape,
  code: (text) => (text.includes('`') ? escape(text) : `\`${escape(text)}\``),
  fence: (text) => fenced(escape(text)),
  link: (label, url) => {
    const address = url.replace(/[&<>|]/g, (character) => ENCODED[character] ?? character);
    return label === url ? `<${address}>` : `<${address}|${escape(label)}>`;
  },
  fragile: true,
};

/**
 * Slack's mrkdwn: *bold* _italic_ ~strike~ `code`, links as <address|label>. Only `&`, `<` and `>` are escaped; nothing escapes
 * the other marks (docs.slack.dev, "Formatting message text", checked 2026-11). No text can mention anybody.
 */
export const slack: Dialect = {
  envelope: 'parts',
  write: (runs) => write(runs, MARKS),
  columns: true,
  links: true,
};

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}
