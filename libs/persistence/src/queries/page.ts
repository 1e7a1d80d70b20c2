/** A page of a list. The cursor is opaque to callers: the sort key of the last row they have seen. */
export interface PageQuery {
  limit: number;
  cursor: string | null;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Cuts a list that was read with one row too many; that row only tells that there is more. */
export function pageOf<T>(rows: T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(keyOf(last)).toString('base64url') : null };
}

/** The sort key inside a cursor; undefined for one that we did not make. */
export function keyOfCursor(cursor: string, pattern: RegExp): string | undefined {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  return pattern.test(key) ? key : undefined;
}
