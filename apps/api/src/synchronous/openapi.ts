import type { SchemaObject } from '../openapi/schema-object.js';
import { MESSAGE_TYPES } from './request.dto.js';

const text: SchemaObject = { type: 'string' };

function objectOf(properties: Record<string, SchemaObject>): SchemaObject {
  return { type: 'object', required: Object.keys(properties), properties };
}

const AI_MESSAGE = objectOf({
  id: text,
  type: { type: 'string', enum: [...MESSAGE_TYPES] },
  content: { type: 'object', description: 'In the shape of a request of the same type.' },
  sender_type: { type: 'string', enum: ['AI'] },
  sender_name: text,
  createdAt: { type: 'string', format: 'date-time' },
});

/** The answer of the agent, as it is documented. */
export const ANSWER_SCHEMA: SchemaObject = objectOf({
  success: { type: 'boolean' },
  contactId: text,
  conversationId: text,
  messageId: text,
  conversation: objectOf({
    id: text,
    status: { type: 'string', enum: ['ACTIVE'] },
    assignedToHuman: { type: 'boolean' },
    aiAgentId: text,
    aiAgentName: text,
  }),
  aiMessages: { type: 'array', description: 'In the order in which they were said.', items: AI_MESSAGE },
  usage: objectOf({ credits: { type: 'number' } }),
});

/** What each error status means here, beside those of the interface that this one follows. */
export const ERRORS: Readonly<Record<number, string>> = {
  400: 'A field is wrong, the file cannot be fetched, or the channel is not an API channel',
  401: 'The key is missing or not valid',
  403: 'The key is of another agent than the channel',
  404: 'There is no such channel',
  409: 'The idempotency key was used with another body',
  413: 'The file is larger than 10 MB, or the body is too large',
  429: 'Too many files are being fetched',
  503: 'The agent failed, or the service cannot be used; repeat the request with the same key',
  504: 'The agent did not answer in time; the answer will stand in the conversation',
};
