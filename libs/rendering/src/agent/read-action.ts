import {
  bodyErrors,
  readTurnContent,
  shownErrors,
  type Capabilities,
  type FieldError,
  type MessageContent,
} from '@skein/contracts';
import { contentOfAction, type ActionInput } from './content-of-action.js';
import type { ObjectSchema } from './schema.js';
import { sendActions } from './send-actions.js';

/** A call of a channel's send action as the message it stands for, or every wrong field of its input. */
export type ReadAction = { ok: MessageContent } | { errors: FieldError[] };

/** Reads a call of a send action (R7). @returns undefined when the channel has no action of this name. */
export function readAction(capabilities: Capabilities, name: string, input: unknown): ReadAction | undefined {
  const action = sendActions(capabilities).find((one) => one.name === name);
  if (action === undefined) return undefined;
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { errors: [{ field: 'body', reason: 'must be a JSON object' }] };
  const unsafe = bodyErrors(input);
  if (unsafe.length > 0) return { errors: unsafe };
  const wrong = shapeErrors(action.parameters, input as ActionInput);
  if (wrong.length > 0) return { errors: shownErrors(wrong) };
  const content = contentOfAction(action.name, input as ActionInput);
  const read = readTurnContent(content, 'content');
  if ('ok' in read) return read;
  const wrapped = Object.keys(content).filter((key) => typeof content[key] === 'object');
  return { errors: read.errors.map(({ field, reason }) => ({ field: inputField(field, wrapped), reason })) };
}

function shapeErrors({ properties, required }: ObjectSchema, input: ActionInput): FieldError[] {
  const odd = Object.keys(input).filter((field) => !Object.hasOwn(properties, field));
  const missing = required.filter((field) => input[field] === undefined);
  return [
    ...odd.map((field) => ({ field, reason: 'is not a known field' })),
    ...missing.map((field) => ({ field, reason: 'is required' })),
  ];
}

/** The caller knows the fields of the input and not of the request that it becomes: `content.interactive.text` is `text`. */
function inputField(field: string, wrapped: string[]): string {
  const [, ...path] = field.split('.');
  const own = wrapped.includes(path[0] ?? '') ? path.slice(1) : path;
  return own.length === 0 ? 'body' : own.join('.');
}
