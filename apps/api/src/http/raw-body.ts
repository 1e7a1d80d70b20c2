import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuse } from '@skein/contracts';
import type { FastifyRequest } from 'fastify';

/** Bytes of any request body: the largest webhook we take, and room for a thousand ordinary sends. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/** Bytes of an upload: the largest file, and the parts of a form around it. */
export const UPLOAD_LIMIT = 12 * 1024 * 1024;

/**
 * Keeps every body as the bytes that came, whatever its type: signatures and idempotency hashes are made over them. JSON is read
 * where a route wants JSON.
 */
export function keepRawBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/v1/media') route.bodyLimit = UPLOAD_LIMIT;
  });
  app.useBodyParser('*', { bodyLimit: BODY_LIMIT }, (_request, body, done) => done(null, body));
}

/** The bytes of a request's body; empty when there is none. */
export function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** A body as bytes and as the JSON value in them. */
export interface JsonInput {
  bytes: Buffer;
  value: unknown;
}

/** Reads a body as JSON. @throws a refusal `invalid_request` */
export function readJson(request: FastifyRequest): JsonInput {
  const bytes = bytesOf(request);
  try {
    return { bytes, value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return refuse('invalid_request', 'The body is not valid JSON.', {
      errors: [{ field: 'body', reason: 'is not valid JSON' }],
    });
  }
}

/** Gives a handler the {@link JsonInput} of its request. */
export const JsonBody = createParamDecorator((_: unknown, context: ExecutionContext): JsonInput =>
  readJson(context.switchToHttp().getRequest<FastifyRequest>()),
);
