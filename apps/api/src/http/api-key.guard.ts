import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { refuse } from '@skein/contracts';
import type { KeyOwner } from '@skein/persistence';
import type { FastifyRequest } from 'fastify';
import { KeyRing } from './key-ring.js';

/** A request whose key was found. */
type KnownRequest = FastifyRequest & { caller?: KeyOwner };

/** Keys are at most this long, so that nobody makes us hash megabytes. */
const MAX_KEY = 512;

/** Lets a request pass whose key exists and notes whose it is. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly keys: KeyRing) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<KnownRequest>();
    const key = keyOf(request);
    const owner = key === undefined ? undefined : await this.keys.ownerOf(key);
    if (owner === undefined) return refuse('unauthorized', 'The API key is missing or not valid.');
    request.caller = owner;
    return true;
  }
}

/** The key in `X-API-Key` or `Authorization: Bearer`. */
export function keyOf(request: FastifyRequest): string | undefined {
  const plain = request.headers['x-api-key'];
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const key = typeof plain === 'string' && plain !== '' ? plain : bearer;
  return key === undefined || key.length > MAX_KEY ? undefined : key;
}

/** Gives a handler behind {@link ApiKeyGuard} the owner of the key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): KeyOwner => {
  const { caller } = context.switchToHttp().getRequest<KnownRequest>();
  return caller ?? refuse('unauthorized', 'The API key is missing or not valid.');
});
