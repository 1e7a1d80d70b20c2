import { readTurnToken, refuse, TURN_HEADER, type TurnClaim } from '@skein/contracts';
import type { KeyOwner } from '@skein/persistence';
import type { FastifyRequest } from 'fastify';

/**
 * The turn in whose name a request is made; undefined when it names none.
 *
 * @throws `forbidden` for a token that is not ours, has expired, or belongs to somebody else than the key.
 */
export function turnOf(
  request: FastifyRequest,
  { workspaceId, agentId }: KeyOwner,
  secretKey: string | undefined,
): TurnClaim | undefined {
  const token = request.headers[TURN_HEADER];
  if (token === undefined || token === '') return undefined;
  const isOne = typeof token === 'string' && secretKey !== undefined;
  const claim = isOne ? readTurnToken(secretKey, token, new Date()) : undefined;
  const isTheirs =
    claim?.workspaceId === workspaceId && (agentId === null || agentId === claim.agentId) ? claim : undefined;
  return isTheirs ?? refuse('forbidden', 'The turn is over, or the token is of another one.');
}
