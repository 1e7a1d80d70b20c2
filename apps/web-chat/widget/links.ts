const FOLLOWED = new Set(['http:', 'https:', 'mailto:']);

/** The address when it may be followed: the web or a mail, never a script. */
export function safeUrl(url: string): string | undefined {
  return URL.canParse(url) && FOLLOWED.has(new URL(url).protocol) ? url : undefined;
}

/** The address of a picture or a sound. */
export function mediaUrl(url: string): string | undefined {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}

/** A path of the host page's own site; undefined for anything that would leave it. */
export function ownPath(path: string): string | undefined {
  if (!path.startsWith('/') || !URL.canParse(path, location.origin)) return undefined;
  const url = new URL(path, location.origin);
  return url.origin === location.origin ? url.pathname + url.search + url.hash : undefined;
}
