import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { Address, Email } from 'postal-mime';

export interface MailFile {
  filename?: string;
  mimeType: string;
  bytes: Buffer;
}

/** A received mail, read but not judged. */
export interface Mail {
  /** Message-ID, or the digest of the source where it has none. */
  id: string;
  /** Address of the From header in lower case; empty when there is none. */
  from: string;
  fromName: string;
  subject: string;
  text: string;
  /** Unfolded values by lower-case name. */
  headers: ReadonlyMap<string, readonly string[]>;
  cc: string[];
  files: MailFile[];
}

/** Limits against mails that are built to exhaust the reader. */
const LIMITS = { maxNestingDepth: 40, maxHeadersSize: 512 * 1024, maxRfc822NestingDepth: 3 };

/** Reads MIME. Forgiving about unclosed multiparts and missing charsets; rejects for what is nested or headed beyond the limits. */
export async function readMail(source: Buffer): Promise<Mail> {
  const parsed = await PostalMime.parse(source, { forceRfc822Attachments: true, ...LIMITS });
  const headers = headersOf(parsed);
  const from = mailboxesOf(parsed.from === undefined ? [] : [parsed.from])[0];
  return {
    id: messageIds(parsed.messageId)[0] ?? `sha256:${createHash('sha256').update(source).digest('hex')}`,
    from: (from?.address ?? '').toLowerCase(),
    fromName: storable(from?.name ?? '').slice(0, 200),
    subject: storable(parsed.subject ?? '').slice(0, 2_000),
    text: storable(textOf(parsed)),
    headers,
    cc: mailboxesOf(parsed.cc).map(({ address }) => address.toLowerCase()),
    files: parsed.attachments.map(({ filename, mimeType, content }) => ({
      ...(filename === null ? {} : { filename: storable(filename).slice(0, 200) }),
      mimeType: storable(mimeType),
      bytes: typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
    })),
  };
}

/** The first value of a header; empty when it is missing. */
export function headerOf({ headers }: Pick<Mail, 'headers'>, name: string): string {
  return headers.get(name)?.[0] ?? '';
}

/** The ids in a Message-ID, In-Reply-To or References header, in their order. */
export function messageIds(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/<[^<>\s]{1,900}>/g)].map(([id]) => storable(id));
}

function headersOf(parsed: Email): Mail['headers'] {
  const headers = new Map<string, string[]>();
  for (const { key, value } of parsed.headers) headers.set(key, [...(headers.get(key) ?? []), value.trim()]);
  return headers;
}

function mailboxesOf(list: Address[] | undefined): { name: string; address: string }[] {
  return (list ?? []).flatMap((entry) => entry.group ?? [entry]);
}

function textOf({ text, html }: Email): string {
  const shown = text === undefined || text.trim() === '' ? textOfHtml(html ?? '') : text;
  return shown.replace(/\r\n/g, '\n').trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The words of a mail that has only HTML. Nothing of it is ever shown as HTML again. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b[^]*?<\/\1\s*>/gi, '')
    .replace(/<br\b[^>]*>|<\/(p|div|tr|li|h[1-6]|blockquote)\s*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d{1,7});/g, (_, code) => character(Number(code)))
    .replace(/&(\w{2,6});/g, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n');
}

function character(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
