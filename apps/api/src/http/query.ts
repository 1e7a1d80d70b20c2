import { bodyErrors, isUuid, readShape, refuse, shownErrors, type FieldError } from '@skein/contracts';
import { keyOfCursor, type PageQuery } from '@skein/persistence';

/** A query string as Fastify reads it; a name given twice is a list. */
export type Query = Record<string, string | string[] | undefined>;

const PAGE = { standard: 50, max: 200 };
/** Characters of a value; of a cursor, which may hold the id of a campaign: 200 letters of up to 3 bytes, in base64. */
const LONGEST = { value: 512, cursor: 2048 };

/** Throws `invalid_request` for the first of these fields. */
export function refuseFields(wrong: FieldError[]): never {
  const errors = shownErrors(wrong);
  return refuse('invalid_request', errors.map(({ field, reason }) => `${field} ${reason}.`).join(' '), {
    errors,
  });
}

/** One value of the query; undefined when it is not there. Unknown names are refused by {@link knownQuery}. */
export function valueOf(query: Query, name: string, longest = LONGEST.value): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) return refuseFields([{ field: name, reason: 'is given more than once' }]);
  if (value !== undefined && (value.includes('\u0000') || value.length > longest)) {
    return refuseFields([{ field: name, reason: 'is not valid' }]);
  }
  return value === '' ? undefined : value;
}

/** Refuses names that a list does not know: a misspelt filter must not look like an empty one. */
export function knownQuery(query: Query, names: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    refuseFields(unknown.map((field) => ({ field, reason: 'is not a known parameter' })));
}

/** `limit` (1 to 200, default 50) and `cursor`. @param cursor the shape of this list's cursors */
export function pageQuery(query: Query, cursor: RegExp): PageQuery {
  const limit = valueOf(query, 'limit') ?? String(PAGE.standard);
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > PAGE.max) {
    return refuseFields([{ field: 'limit', reason: `must be a number from 1 to ${PAGE.max}` }]);
  }
  const given = valueOf(query, 'cursor', LONGEST.cursor);
  const key = given === undefined ? null : keyOfCursor(given, cursor);
  if (key === undefined) return refuseFields([{ field: 'cursor', reason: 'is not one of ours' }]);
  return { limit: Number(limit), cursor: key };
}

/** A cursor that is a sequence number. */
export const SEQ_CURSOR = /^\d{1,18}$/;

/** The id of a path, or 404: an odd id is one that does not exist. */
export function existingUuid(id: string, what: string): string {
  return isUuid(id) ? id : notFound(what);
}

/** Throws 404. */
export function notFound(what: string): never {
  return refuse('not_found', `There is no such ${what}.`);
}

/** Reads a JSON object as a class; nothing in it is what a database cannot hold. @throws `invalid_request` with the fields */
export function readSafe<T extends object>(Class: new () => T, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuseFields([{ field: 'body', reason: 'must be a JSON object' }]);
  }
  const unsafe = bodyErrors(value);
  if (unsafe.length > 0) return refuseFields(unsafe);
  const shaped = readShape(Class, value);
  return 'errors' in shaped ? refuseFields(shaped.errors) : shaped.value;
}
