import { BULK_LIMIT, Maybe, SEND_LIMITS, Words, WordsList } from '@skein/contracts';
import { schemaOf } from '../openapi/schema-of.js';
import type { SchemaObject } from '../openapi/schema-object.js';

/** A bulk send without its list, which is read place by place: one wrong number must not refuse the others. */
export class BulkSendDto {
  @Words(256) channelId!: string;
  /** The values of the template's body, in order; for everybody who has none of their own. */
  @Maybe() @WordsList(50, 4096) values?: string[];
  @Maybe() @Words(200) campaignId?: string;
}

/** The values of one recipient alone. */
export class OwnValuesDto {
  @WordsList(50, 4096) values!: string[];
}

/** What may be tried again besides what failed. */
export const RETRY_BODY: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  properties: { includeUnknown: { type: 'boolean' } },
};

const PHONE: SchemaObject = { type: 'string', description: 'E.164.' };
const VALUES: SchemaObject = { type: 'array', items: { type: 'string', maxLength: SEND_LIMITS.textBytes } };

/** The body of a bulk send: numbers, or recipients with values of their own. */
export const BULK_BODY: SchemaObject = ((): SchemaObject => {
  const { properties } = schemaOf(BulkSendDto);
  const recipient: SchemaObject = {
    type: 'object',
    additionalProperties: false,
    required: ['phoneNumber'],
    properties: { phoneNumber: PHONE, values: VALUES },
  };
  const list = (items: SchemaObject): SchemaObject => ({
    type: 'array',
    minItems: 1,
    maxItems: BULK_LIMIT,
    items,
  });
  return {
    type: 'object',
    additionalProperties: false,
    required: ['channelId'],
    properties: { ...properties, phoneNumbers: list(PHONE), recipients: list(recipient) },
  };
})();
