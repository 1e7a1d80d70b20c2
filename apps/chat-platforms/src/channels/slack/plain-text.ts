/**
 * Text as a person wrote it. Slack escapes `& < >` and puts links, people and rooms between `<` and `>`
 * (docs.slack.dev/messaging/formatting-message-text, checked 2026-11-21).
 */
export function plainText(text: string, ownUserId?: string): string {
  const said = ownUserId === undefined ? text : withoutMention(text, ownUserId);
  return unescape(said.replace(/<([^<>]+)>/g, (_whole, inside: string) => shown(inside)));
}

/** A text that begins with the app's own name is addressed to it: the name is no part of what is said, unless it is all of it. */
function withoutMention(text: string, ownUserId: string): string {
  const mention = `<@${ownUserId}`;
  if (!text.startsWith(mention)) return text;
  const rest = /^(?:\|[^<>]*)?>[\s,:]*([^]*)$/.exec(text.slice(mention.length))?.[1] ?? '';
  return rest === '' ? text : rest;
}

const SPECIAL: Readonly<Record<string, (value: string, label: string | undefined) => string>> = {
  '@': (value, label) => `@${(label ?? value).replace(/^@/, '')}`,
  '#': (value, label) => `#${(label ?? value).replace(/^#/, '')}`,
  '!': (value, label) => label ?? `@${value.split('^')[0] ?? value}`,
};

function shown(inside: string): string {
  const at = inside.indexOf('|');
  const value = at < 0 ? inside : inside.slice(0, at);
  const label = at < 0 || at === inside.length - 1 ? undefined : inside.slice(at + 1);
  const special = SPECIAL[value.charAt(0)];
  if (special) return special(value.slice(1), label);
  const address = value.replace(/^(?:mailto|tel):/, '');
  const isSame =
    label !== undefined && address.replace(/^https?:\/\//, '') === label.replace(/^https?:\/\//, '');
  return label === undefined || isSame ? (label ?? address) : `${label} (${address})`;
}

const ESCAPED: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ESCAPED[entity] ?? entity);
}

/** Text that Slack shows as it is. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
