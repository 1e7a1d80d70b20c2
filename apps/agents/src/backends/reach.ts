import type { GuardedClient, GuardedRequest, GuardedStream } from '@skein/channel-kit';
import { codeOf } from '@skein/persistence';
import { BackendError } from './backend-error.js';

/** System codes of sockets and names. */
const SYSTEM = /^E[A-Z_]+$/;

/**
 * Asks the agent's own server. What goes wrong on the way to it is told as that, so that it is never taken for a trouble of ours.
 *
 * @throws BackendError when it cannot be reached or breaks off, and what the client throws; so does reading the body.
 */
export async function reach(
  client: GuardedClient,
  address: string,
  request: GuardedRequest,
): Promise<GuardedStream> {
  const answer = await client.open(address, request).catch(told);
  return { ...answer, body: piecesOf(answer.body) };
}

async function* piecesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    told(error);
  }
}

function told(error: unknown): never {
  const code = codeOf(error);
  if (SYSTEM.test(code)) throw new BackendError(`The agent's server could not be reached (${code}).`);
  throw error;
}
