import type { JsonObject } from '../core/json.js';

export interface Parsed {
  text: string;
  entities: JsonObject[];
}

/** Tags of `parse_mode: HTML` and what they become (Bot API, HTML style, checked 2026-11-21). */
const TAGS: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const TOKEN = /<(\/?)([a-zA-Z][\w-]*)((?:\s[^<>]*)?)>|&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));|</g;

interface Open {
  tag: string;
  from: number;
  attributes: string;
}

/** The text that people see and where its marks are, in UTF-16 units; or what is wrong, in the platform's words. */
export function parseHtml(html: string): Parsed | { problem: string } {
  const open: Open[] = [];
  const entities: JsonObject[] = [];
  let text = '';
  let from = 0;
  for (const match of html.matchAll(TOKEN)) {
    text += html.slice(from, match.index);
    from = match.index + match[0].length;
    const at = Buffer.byteLength(html.slice(0, match.index));
    const [whole, closing, name, attributes = '', decimal, hex, named] = match;
    const tag = name?.toLowerCase();
    if (tag === undefined && whole === '<')
      return { problem: `can't parse entities: Unsupported start tag "" at byte offset ${at}` };
    if (tag === undefined) text += characterOf(decimal, hex, named);
    else if (closing === '') {
      if (!Object.hasOwn(TAGS, tag))
        return { problem: `can't parse entities: Unsupported start tag "${tag}" at byte offset ${at}` };
      open.push({ tag, from: text.length, attributes });
    } else {
      const last = open.pop();
      if (last === undefined)
        return { problem: `can't parse entities: Unexpected end tag at byte offset ${at}` };
      if (last.tag !== tag)
        return {
          problem: `can't parse entities: Unmatched end tag at byte offset ${at}, expected "</${last.tag}>", found "</${tag}>"`,
        };
      if (text.length > last.from) entities.push(entityOf(last, text.length));
    }
  }
  const [unended] = open;
  if (unended)
    return {
      problem: `can't parse entities: Can't find end tag corresponding to start tag "${unended.tag}"`,
    };
  return { text: text + html.slice(from), entities };
}

function characterOf(
  decimal: string | undefined,
  hex: string | undefined,
  named: string | undefined,
): string {
  if (named !== undefined) return NAMED[named] ?? '';
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function entityOf({ tag, from, attributes }: Open, to: number): JsonObject {
  const href = /\bhref="([^"]*)"/.exec(attributes)?.[1];
  const language = /\bclass="language-([^"]*)"/.exec(attributes)?.[1];
  return {
    offset: from,
    length: to - from,
    type: TAGS[tag],
    ...(tag === 'a' && href !== undefined ? { url: href } : {}),
    ...(tag === 'code' && language !== undefined ? { language } : {}),
  };
}
