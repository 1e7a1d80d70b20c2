import { escapeHtml } from '../text/html.js';
import type { Dialect } from './dialect.js';
import { linkText, spansOf } from './inline.js';
import type { Span } from './inline.js';

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

/** HTML of a mail body. */
export const html: Dialect = {
  envelope: 'mail',
  markup: paragraphs,
  literal: escapeHtml,
  monospace: (text) => `<pre style="${STYLE.pre}">${escapeHtml(text)}</pre>`,
};

/** An anchor; an address that a mail must not link to (a script) is shown as text. */
export function anchor(label: string, url: string, style: string = STYLE.link): string {
  if (!/^(?:https?|mailto|tel):/i.test(url)) return escapeHtml(linkText(label, url));
  return `<a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a>`;
}

const WRITE: Record<Span['type'], (span: Span) => string> = {
  text: (span) => escapeHtml(span.text),
  code: (span) => `<code style="${STYLE.code}">${escapeHtml(span.text)}</code>`,
  fence: (span) => `<pre style="${STYLE.pre}">${escapeHtml(span.text)}</pre>`,
  link: (span) => anchor(span.text, span.url ?? ''),
  url: (span) => anchor(span.text, span.text),
  strong: (span) => `<strong>${escapeHtml(span.text)}</strong>`,
  strike: (span) => `<del>${escapeHtml(span.text)}</del>`,
  emphasis: (span) => `<em>${escapeHtml(span.text)}</em>`,
  heading: (span) => `<strong style="font-size:18px">${escapeHtml(span.text)}</strong>`,
};

/** Fences stand alone; the text between them is in paragraphs with line breaks. */
function paragraphs(text: string): string {
  let inline = '';
  let blocks = '';
  const end = (): void => {
    const kept = inline.split(/\n{2,}/).filter((block) => block.trim() !== '');
    blocks += kept
      .map((block) => `<p style="${STYLE.paragraph}">${block.trim().replaceAll('\n', '<br>')}</p>`)
      .join('');
    inline = '';
  };
  for (const span of spansOf(text)) {
    if (span.type !== 'fence') {
      inline += WRITE[span.type](span);
      continue;
    }
    end();
    blocks += WRITE.fence(span);
  }
  end();
  return blocks;
}
