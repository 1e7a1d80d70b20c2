/** A plain address: no display name, no quoting, nothing that could end a header or a command (RFC 5321 §4.5.3.1). */
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[^\s<>()[\]\\,;:"@\p{Cc}]{1,189}$/u;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

export interface Split {
  local: string;
  domain: string;
  tag?: string;
}

/** `local+tag@domain` in its parts, in lower case; undefined for what is no address. */
export function splitAddress(text: string): Split | undefined {
  if (!isAddress(text)) return undefined;
  const [name = '', domain = ''] = text.toLowerCase().split('@');
  const plus = name.indexOf('+');
  return plus < 1
    ? { local: name, domain }
    : { local: name.slice(0, plus), domain, tag: name.slice(plus + 1) };
}

/** The address with a tag; undefined where the result would be longer than a local part may be. */
export function tagged(address: string, tag: string): string | undefined {
  const split = splitAddress(address);
  if (split === undefined) return undefined;
  const local = `${split.local}+${tag}`;
  return local.length <= 64 ? `${local}@${split.domain}` : undefined;
}

/** Tag of Reply-To. Dashes are left out because a local part has 64 characters. */
export function replyTag(conversationId: string): string {
  return `reply-${conversationId.replaceAll('-', '')}`;
}

/** The conversation out of a reply tag. */
export function conversationOfTag(tag: string | undefined): string | undefined {
  const hex = /^reply-([0-9a-f]{32})$/.exec(tag ?? '')?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
