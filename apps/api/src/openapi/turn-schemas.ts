import { ContentDto, MAX_MESSAGES } from '@skein/contracts';
import type { SchemaObject } from './schema-object.js';
import { schemaOf } from './schema-of.js';

/** What an agent answers to a turn. */
export const ANSWER_BODY: SchemaObject = {
  type: 'object',
  properties: {
    text: { type: 'string', description: 'One message.' },
    messages: {
      type: 'array',
      maxItems: MAX_MESSAGES,
      items: { oneOf: [{ type: 'string' }, schemaOf(ContentDto)] },
      description: 'Several, instead of text.',
    },
    usage: {
      type: 'object',
      description: 'What the answer took: tokens, or inputTokens and outputTokens.',
      properties: {
        tokens: { type: 'integer' },
        inputTokens: { type: 'integer' },
        outputTokens: { type: 'integer' },
      },
    },
  },
};

/** The input of a send action; its schema came with the turn. */
export const ACTION_BODY: SchemaObject = {
  type: 'object',
  description: 'As the schema of the action says, in actions of the turn.',
};
