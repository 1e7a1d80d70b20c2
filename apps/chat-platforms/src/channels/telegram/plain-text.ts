const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const LINK = /<a href="([^"<>]*)">([^<>]*)<\/a>/g;
const TAGS =
  /<\/?(?:b|strong|i|em|u|ins|s|strike|del|span|tg-spoiler|tg-emoji|a|code|pre|blockquote)(?:\s[^<>]*)?>/gi;

/** Telegram's HTML as the text it says. Whatever is none of its tags stays as it is written. */
export function plainText(html: string): string {
  return html
    .replace(LINK, (_, url: string, label: string) => (label === url ? url : `${label}: ${url}`))
    .replace(TAGS, '')
    .replace(/&(lt|gt|amp|quot|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
