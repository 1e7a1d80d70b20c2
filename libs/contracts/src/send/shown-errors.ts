import type { FieldError } from '../refusal.js';

/** Wrong fields that one answer names: enough to mend a body, and a small body makes no huge answer. */
export const SHOWN_ERRORS = 20;
/** Characters of a path; its keys are the caller's own. */
const FIELD_LENGTH = 200;

/** The first errors, each path cut to what can be read. */
export function shownErrors(errors: readonly FieldError[]): FieldError[] {
  return errors.slice(0, SHOWN_ERRORS).map((error) => ({ ...error, field: shownField(error.field) }));
}

function shownField(field: string): string {
  if (field.length <= FIELD_LENGTH) return field;
  // No half of a surrogate pair may be left at the end: errors are stored.
  return `${field.slice(0, FIELD_LENGTH - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
