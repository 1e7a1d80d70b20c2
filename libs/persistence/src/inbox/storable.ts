/** What Postgres refuses in text and jsonb: U+0000 and lone surrogates, as JSON writes them. */
const SUSPECT = /\\u(0000|d[89a-f][0-9a-f]{2})/i;

/**
 * A copy that Postgres can store: U+0000 and lone surrogates become U+FFFD. A person's odd character must not make the provider repeat
 * its webhook for days.
 */
export function storable<T>(value: T): T {
  return SUSPECT.test(JSON.stringify(value)) ? (clean(value) as T) : value;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [String(clean(key)), clean(member)]),
  );
}
