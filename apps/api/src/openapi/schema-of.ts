import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { nestedClassOf } from '@skein/contracts';
import type { SchemaObject } from './schema-object.js';

type Class = new () => object;

interface Rule {
  type: string;
  name?: string;
  propertyName: string;
  constraints?: unknown[];
  each?: boolean;
}

/** What each validator says about the value, in the words of JSON Schema. */
const WORDS: Record<string, (constraints: unknown[]) => SchemaObject> = {
  isString: () => ({ type: 'string' }),
  isEmail: () => ({ type: 'string', format: 'email' }),
  isUrl: () => ({ type: 'string', format: 'uri' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isLength: ([minLength, maxLength]) => ({ minLength: minLength as number, maxLength: maxLength as number }),
  arrayMaxSize: ([maxItems]) => ({ maxItems: maxItems as number }),
  min: ([minimum]) => ({ minimum: minimum as number }),
  max: ([maximum]) => ({ maximum: maximum as number }),
  matches: ([pattern]) => ({ type: 'string', pattern: (pattern as RegExp).source }),
  isIn: ([values]) => ({ enum: [...(values as unknown[])] }),
};

/** The JSON schema of a validated class, read from its validators: what is checked is what is documented. */
export function schemaOf(Class: Class): SchemaObject {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false) as Rule[];
  const names = [...new Set(rules.map((rule) => rule.propertyName))];
  const properties = Object.fromEntries(
    names.map((name) => [
      name,
      propertyOf(
        Class,
        name,
        rules.filter((rule) => rule.propertyName === name),
      ),
    ]),
  );
  const required = names.filter(
    (name) =>
      !rules.some(
        (rule) => rule.propertyName === name && rule.type === ValidationTypes.CONDITIONAL_VALIDATION,
      ),
  );
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length === 0 ? {} : { required }),
  };
}

function propertyOf(Class: Class, name: string, rules: Rule[]): SchemaObject {
  const one = merge(rules.filter((rule) => rule.each !== true));
  const each = merge(rules.filter((rule) => rule.each === true));
  const nested = rules.some((rule) => rule.type === ValidationTypes.NESTED_VALIDATION)
    ? nestedClassOf(Class, name)
    : undefined;
  if (one.type === 'array') return { ...one, items: nested === undefined ? each : schemaOf(nested) };
  return nested === undefined ? one : schemaOf(nested);
}

function merge(rules: Rule[]): SchemaObject {
  return Object.assign(
    {},
    ...rules.map((rule) => WORDS[rule.name ?? '']?.(rule.constraints ?? []) ?? {}),
  ) as SchemaObject;
}
