import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { GraphProblem } from './graph-errors.js';
import { longerThan } from './limits.js';

/** Undefined when nothing is wrong. */
export type Verdict = GraphProblem | undefined;

export const invalidParameter = (details: string): GraphProblem => ({ code: 100, details });
export const missingParameter = (details: string): GraphProblem => ({ code: 131008, details });
export const badValue = (details: string): GraphProblem => ({ code: 131009, details });

interface TextBounds {
  most: number;
  /** Absent is fine; empty never is. */
  optional?: boolean;
  /** The code of a length that is wrong: 100 for plain parameters, 131009 inside interactive objects. */
  code?: number;
}

/** A text of 1 to `most` characters. */
export function checkText(
  value: unknown,
  name: string,
  { most, optional = false, code = 131009 }: TextBounds,
): Verdict {
  if (value === undefined && optional) return undefined;
  if (value === undefined) return missingParameter(`The parameter ${name} is required.`);
  if (typeof value !== 'string') return invalidParameter(`Param ${name} must be a string.`);
  if (value !== '' && !longerThan(value, most)) return undefined;
  return { code, details: `${name}: length invalid. Min length: 1, Max length: ${most}` };
}

/** Objects know their keys; a key the platform does not know is refused, as it does. */
export function checkKeys(value: JsonObject, name: string, allowed: ReadonlySet<string>): Verdict {
  for (const key in value) {
    if (!allowed.has(key)) return invalidParameter(`Unexpected key "${key}" on param "${name}".`);
  }
  return undefined;
}

/** The first verdict that is a problem; checks after it are not run. */
export function firstOf(...checks: (() => Verdict)[]): Verdict {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return undefined;
}

/** Runs a check over a list of objects; anything else in the list is a problem. */
export function checkEach(
  list: unknown,
  name: string,
  check: (item: JsonObject, name: string) => Verdict,
): Verdict {
  if (!Array.isArray(list)) return missingParameter(`The parameter ${name} is required.`);
  for (const [index, item] of list.entries()) {
    const itemName = `${name}[${index}]`;
    const problem = isObject(item)
      ? check(item, itemName)
      : invalidParameter(`Param ${itemName} must be a JSON object.`);
    if (problem) return problem;
  }
  return undefined;
}

/** Values that must differ from each other. */
export function checkUnique(values: unknown[], name: string): Verdict {
  const unique = new Set(values);
  return unique.size === values.length ? undefined : badValue(`Duplicated ${name} found.`);
}

/** An http or https address. */
export function checkUrl(value: unknown, name: string): Verdict {
  if (typeof value !== 'string') return missingParameter(`The parameter ${name} is required.`);
  const isHttp = /^https?:\/\//i.test(value) && URL.canParse(value);
  return isHttp ? undefined : badValue(`${name} is not a valid URI.`);
}
