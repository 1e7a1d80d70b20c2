import { write } from '../markup/write.js';
import type { Marks } from '../markup/write.js';
import type { Run } from '../markup/run.js';
import { escapeHtml } from '../text/html.js';
import { linkText } from '../text/link-text.js';
import type { Dialect } from './dialect.js';

/** Mail clients drop style sheets, so every style is inline. */
export const STYLE = {
  body: 'font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1f2328',
  code: 'font-family:Consolas,Menlo,monospace;font-size:13px',
  pre: 'font-family:Consolas,Menlo,monospace;font-size:13px;background:#f6f8fa;padding:12px;white-space:pre-wrap',
  link: 'color:#0b57d0',
  button:
    'display:inline-block;padding:10px 18px;border-radius:6px;background:#0b57d0;color:#ffffff;text-decoration:none',
  cell: 'border:1px solid #d0d7de;padding:6px 10px;text-align:left',
  muted: 'color:#59636e',
  paragraph: 'margin:0 0 14px',
} as const;

const MARKS: Marks = {
  styles: {
    strong: ['<strong>', '</strong>'],
    emphasis: ['<em>', '</em>'],
    starred: ['<em>', '</em>'],
    strike: ['<del>', '</del>'],
    heading: ['<strong style="font-size:18px">', '</strong>'],
  },
  text: escapeHtml,
  code: (text) => `<code style="${STYLE.code}">${escapeHtml(text)}</code>`,
  fence: (text) => `<pre style="${STYLE.pre}">${escapeHtml(text)}</pre>`,
  link: anchor,
};

/** HTML of a mail body: code blocks stand alone, the text between them is in paragraphs with line breaks. */
export const html: Dialect = {
  envelope: 'mail',
  write: (runs) => {
    const blocks: string[] = [];
    let inline: Run[] = [];
    const end = (): void => {
      blocks.push(...paragraphs(write(inline, MARKS)));
      inline = [];
    };
    for (const run of runs) {
      if (run.kind !== 'fence') {
        inline.push(run);
        continue;
      }
      end();
      blocks.push(MARKS.fence(run.text));
    }
    end();
    return blocks.join('');
  },
  columns: true,
  links: true,
};

/** An anchor; an address that a mail must not link to (a script) is shown as text. */
export function anchor(label: string, url: string, style: string = STYLE.link): string {
  if (!/^(?:https?|mailto|tel):/i.test(url)) return escapeHtml(linkText(label, url));
  return `<a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a>`;
}

/** Styles end with their line, so a paragraph never cuts a tag. */
function paragraphs(inline: string): string[] {
  return inline
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block) => `<p style="${STYLE.paragraph}">${block.trim().replaceAll('\n', '<br>')}</p>`);
}
