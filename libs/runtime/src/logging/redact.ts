const SECRET_KEY =
  /(pass(word|phrase)?|secret|token|authorization|api[-_]?key|cookie|credentials?|private[-_]?key|signature)$/i;
const IN_TEXT: [RegExp, string][] = [
  [/(\w+:\/\/[^\s:/@]+):[^\s@/]+@/g, '$1:***@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 ***'],
];

/** How deep a logged value is looked through; what lies deeper is cut, for a log line is not a dump. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/**
 * A copy of a value that may be logged: members whose name looks like a secret become `***`, as do passwords in
 * addresses and authorization headers inside texts. Deep and long structures are cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (isErrorLike(value)) return describeError(value, depth);
  return redactMembers(value, depth);
}

/** Hides passwords in addresses and authorization headers inside a text. */
export function redactText(text: string): string {
  return IN_TEXT.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);
}

function redactMembers(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    SECRET_KEY.test(key) && member !== undefined && member !== null ? '***' : redact(member, depth + 1),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** By shape: errors of another realm (worker, test runner) are not `instanceof Error`. */
function isErrorLike(value: object): value is Error {
  return 'stack' in value && 'message' in value && 'name' in value;
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause, ...rest } = error;
  return {
    name,
    message: redactText(message),
    stack: typeof stack === 'string' ? redactText(stack) : undefined,
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
    ...redactMembers(rest, depth),
  };
}
