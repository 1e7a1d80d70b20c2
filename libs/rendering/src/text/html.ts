const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** Safe as HTML text and as a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** A readable text of an HTML body, for the text alternative and for threads. Not a sanitiser. */
export function textOfHtml(html: string): string {
  return withoutHidden(html)
    .replace(/<br\b[^<>]*>|<\/(?:p|div|li|tr|h[1-6]|table|ul|ol)>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => NAMED[name] ?? entity)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Drops comments, styles and scripts; each closing mark is looked for once, so hostile input stays linear. */
function withoutHidden(html: string): string {
  const open = /<!--|<(style|script|head)\b/gi;
  let kept = '';
  let from = 0;
  for (let match = open.exec(html); match !== null; match = open.exec(html)) {
    const close = match[1] === undefined ? /-->/g : new RegExp(`</${match[1]}\\s*>`, 'gi');
    close.lastIndex = open.lastIndex;
    kept += html.slice(from, match.index);
    if (close.exec(html) === null) return kept;
    from = open.lastIndex = close.lastIndex;
  }
  return kept + html.slice(from);
}
