import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../refusal.js';
import { shownErrors } from './shown-errors.js';

const RULES = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
} as const;

export type Shaped<T> = { value: T } | { errors: FieldError[] };

/**
 * Reads a JSON value as a class: every field known and valid, or the first errors with their dotted paths. What came from outside
 * goes through `checkBody` before: the time to read an object grows with the square of its members.
 */
export function readShape<T extends object>(Class: new () => T, body: object): Shaped<T> {
  const value = plainToInstance(Class, body);
  const errors = validateSync(value, RULES).flatMap((error) => flatten(error, ''));
  return errors.length === 0 ? { value } : { errors: shownErrors(errors) };
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).slice(0, 1);
  return [
    ...own.map(([rule, message]) => ({ field, reason: reasonOf(rule, message, error.property) })),
    ...(error.children ?? []).flatMap((child) => flatten(child, field)),
  ];
}

/** The library's sentences begin with the name of the property; the field stands apart here. */
function reasonOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known field';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
