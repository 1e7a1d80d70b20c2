import type { OpenAPIObject } from '@nestjs/swagger';

type Entry = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** A JSON schema inside an OpenAPI document. */
export type SchemaObject = Exclude<Entry, { $ref: string }>;
