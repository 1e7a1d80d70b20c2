import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { readTurnToken, refuse, TURN_HEADER, type TurnClaim } from '@skein/contracts';
import type { FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';

/** A request whose turn token is right. */
type TurnRequest = FastifyRequest & { turn?: TurnClaim };

/** Lets a request pass that carries a turn token of ours, which is all it needs. */
@Injectable()
export class TurnGuard implements CanActivate {
  constructor(private readonly config: ApiConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<TurnRequest>();
    const token = request.headers[TURN_HEADER];
    if (typeof token !== 'string' || token === '')
      return refuse('unauthorized', 'The turn token is missing: send it in the header Skein-Turn.');
    const { secretKey } = this.config;
    const turn = secretKey === undefined ? undefined : readTurnToken(secretKey, token, new Date());
    request.turn = turn ?? refuse('forbidden', 'The turn is over, or the token is none of ours.');
    return true;
  }
}

/** Gives a handler behind {@link TurnGuard} the turn. */
export const Turn = createParamDecorator((_: unknown, context: ExecutionContext): TurnClaim => {
  const { turn } = context.switchToHttp().getRequest<TurnRequest>();
  return turn ?? refuse('forbidden', 'The request is made for no turn.');
});
