import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { SchemaObject } from './schema-object.js';
import {
  InstructionDto,
  SEND_LIMITS,
  SendTemplateDto,
  SendToConversationDto,
  SendToPersonDto,
} from '@skein/contracts';
import { schemaOf } from './schema-of.js';

/** `content` may be a plain string, or one of `others`; over HTTP the key is a header. */
function overHttp(schema: SchemaObject, ...others: SchemaObject[]): SchemaObject {
  const properties = { ...schema.properties };
  delete properties['idempotencyKey'];
  const content = properties['content'];
  const either: SchemaObject = {
    oneOf: [{ type: 'string' }, ...(content === undefined ? [] : [content]), ...others],
  };
  return { ...schema, properties: { ...properties, ...(content === undefined ? {} : { content: either }) } };
}

const INSTRUCTION = { title: 'With type instruction', ...schemaOf(InstructionDto) };
const FORM_1 = { title: 'Form 1', ...overHttp(schemaOf(SendToPersonDto)) };
const FORM_2 = { title: 'Form 2', ...overHttp(schemaOf(SendToConversationDto), INSTRUCTION) };
const TEMPLATE = { title: 'Template', ...schemaOf(SendTemplateDto) };

export const SEND_BODY: SchemaObject = { oneOf: [FORM_1, FORM_2] };

export const BATCH_BODY: SchemaObject = {
  type: 'object',
  required: ['messages'],
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: SEND_LIMITS.batch,
      items: { oneOf: [FORM_1, FORM_2, TEMPLATE] },
    },
  },
};

/** The headers of every send. */
export const SEND_HEADERS = applyDecorators(
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Up to 255 characters; the same key and body give the same message.',
  }),
  ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=<seconds>` (0 to 60): answer when the outcome is known.',
  }),
);
