import {
  InstructionDto,
  MESSAGE_STATUSES,
  SEND_LIMITS,
  SendTemplateDto,
  SendToConversationDto,
  SendToPersonDto,
} from '@skein/contracts';
import type { SchemaObject } from '../openapi/schema-object.js';
import { schemaOf } from '../openapi/schema-of.js';

const TEXT: SchemaObject = { type: 'string' };
const TEXTS: SchemaObject = { type: 'array', items: TEXT };
const OBJECTS: SchemaObject = { type: 'array', items: { type: 'object' } };

const KEY: SchemaObject = {
  type: 'string',
  minLength: 1,
  maxLength: SEND_LIMITS.keyLength,
  description: 'The same key with the same arguments sends once and answers the same again.',
};

/** `content` as a plain text, as an object, or as an instruction for the agent. */
function sendSchema(schema: SchemaObject): SchemaObject {
  const { content, ...properties } = schema.properties ?? {};
  const forms = [TEXT, ...(content === undefined ? [] : [content]), schemaOf(InstructionDto)];
  return {
    ...schema,
    properties: {
      ...properties,
      ...(content === undefined ? {} : { content: { anyOf: forms } }),
      idempotencyKey: KEY,
    },
  };
}

/** Arguments of `send_message`: form 2 of `POST /v1/messages`. */
export const SEND_INPUT = sendSchema(schemaOf(SendToConversationDto));
/** Arguments of `send_template_message`. */
export const TEMPLATE_INPUT = sendSchema(schemaOf(SendTemplateDto));

/** Either form, and the template's: which one it is follows from the fields. */
export const PLAN_INPUT: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  properties: withoutKey({
    ...schemaOf(SendToPersonDto).properties,
    ...schemaOf(SendTemplateDto).properties,
    ...SEND_INPUT.properties,
  }),
};

function withoutKey({ idempotencyKey: _, ...rest }: NonNullable<SchemaObject['properties']>) {
  return rest;
}

/** An outcome, as every surface tells it. */
export const OUTCOME: SchemaObject = {
  type: 'object',
  required: ['messageId', 'status', 'delivered', 'queued'],
  properties: {
    messageId: TEXT,
    conversationId: TEXT,
    contactId: TEXT,
    status: { type: 'string', enum: [...MESSAGE_STATUSES] },
    delivered: { type: 'boolean', description: 'The platform took it.' },
    queued: { type: 'boolean', description: 'Held until the person writes again.' },
    reason: TEXT,
    retryable: { type: 'boolean' },
    next: TEXTS,
    losses: OBJECTS,
  },
};

/** What would become of a send. */
export const PLAN: SchemaObject = {
  type: 'object',
  required: ['status', 'parts', 'losses'],
  properties: {
    status: TEXT,
    reason: TEXT,
    detail: TEXT,
    next: TEXTS,
    channel: { type: 'object' },
    address: TEXT,
    window: { type: 'object' },
    parts: OBJECTS,
    losses: OBJECTS,
  },
};

/** A page of anything. */
export const PAGE: SchemaObject = {
  type: 'object',
  required: ['items', 'nextCursor'],
  properties: {
    items: OBJECTS,
    nextCursor: { type: ['string', 'null'] as never, description: 'Pass it as cursor for what follows.' },
  },
};

/** A message with everything that happened to it. */
export const MESSAGE: SchemaObject = {
  type: 'object',
  required: ['id', 'status', 'timeline'],
  properties: { ...OUTCOME.properties, id: TEXT, timeline: OBJECTS },
};

/** The sentence of the send tool, and for `list` the targets. */
export const SENTENCE: SchemaObject = {
  type: 'object',
  required: ['result'],
  properties: { result: TEXT, targets: OBJECTS },
};

/** Why a call was refused; what is refused never goes out later. */
const PROBLEM: SchemaObject = {
  type: 'object',
  required: ['code', 'detail', 'status'],
  properties: {
    code: TEXT,
    title: TEXT,
    detail: TEXT,
    status: { type: 'integer' },
    retryable: { type: 'boolean' },
    next: TEXTS,
    errors: OBJECTS,
    choices: TEXTS,
    messageId: TEXT,
  },
};

/** The answer of a tool, or why there is none: clients check errors against the same schema. */
export function answerSchema(answer: SchemaObject): SchemaObject {
  return { type: 'object', anyOf: [answer, PROBLEM] };
}

/** Arguments that are all texts, except the size of a page. */
export function listInput(fields: Record<string, string>, required: string[] = []): SchemaObject {
  const properties = Object.entries(fields).map(([name, description]) => [
    name,
    name === 'limit' ? { type: 'integer', minimum: 1, maximum: 200, description } : { ...TEXT, description },
  ]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as NonNullable<SchemaObject['properties']>,
    ...(required.length === 0 ? {} : { required }),
  };
}
