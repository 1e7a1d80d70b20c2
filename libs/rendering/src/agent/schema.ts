/** The part of JSON Schema (2020-12) that tool definitions use. */
export type JsonSchema =
  | { type: 'string'; description?: string; minLength?: number; maxLength?: number; enum?: readonly string[] }
  | { type: 'array'; description?: string; items: JsonSchema; minItems?: number; maxItems?: number }
  | ObjectSchema;

export interface ObjectSchema {
  type: 'object';
  description?: string;
  properties: Record<string, JsonSchema>;
  required: string[];
  additionalProperties: false;
}

/** Text of 1 to `max` characters. */
export function line(max: number, description?: string): JsonSchema {
  return {
    type: 'string',
    ...(description === undefined ? {} : { description }),
    minLength: 1,
    maxLength: max,
  };
}

/** 1 to `max` items. */
export function listOf(items: JsonSchema, max: number): JsonSchema {
  return { type: 'array', items, minItems: 1, maxItems: max };
}

/** An object of these properties; the ones in `optional` may be left out. */
export function record(
  properties: Record<string, JsonSchema>,
  optional: readonly string[] = [],
): ObjectSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}
