/** True when a page of this origin may open the chat. A missing origin is refused: every browser sends one. */
export function mayOpen(
  origin: string | undefined,
  allowed: readonly string[],
  own: readonly string[],
): boolean {
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  return own.includes(origin) || allowed.some((pattern) => matches(origin, pattern));
}

function matches(origin: string, pattern: string): boolean {
  if (!pattern.endsWith(':*')) return URL.canParse(pattern) && new URL(pattern).origin === origin;
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}:*` === pattern;
}
