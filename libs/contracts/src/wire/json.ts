/** Readers of values that may be anything. They return undefined for what is not of their type and never throw. */
export type JsonObject = Record<string, unknown>;

/** Deeper values are cut: no event of the platform nests further, and what is stored must not exhaust a stack. */
const MAX_DEPTH = 24;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The value in a JSON body; undefined when it is none. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Text that PostgreSQL can store: no NUL and no half of a surrogate pair. Undefined for everything but a non-empty string. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? storable(value) || undefined : undefined;
}

/** A number, or a text that is one; NaN for everything else. `Number` throws for an object whose `toString` is no function. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : NaN;
}

function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** A copy of a JSON value that can be stored as it is. */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [storable(key), plain(each, depth + 1)]),
  );
}

/** The same text for the same content, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value, 0)) ?? 'undefined';
}

function sorted(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((each) => sorted(each, depth + 1));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, each]) => [key, sorted(each, depth + 1)]);
}
