import type { TurnRequest } from '@skein/contracts';
import { BackendError } from './backend-error.js';

/** The request within `maxBytes`: the oldest entries of the history are left out. @throws when the message alone is too large */
export function fit(request: TurnRequest, maxBytes: number): TurnRequest {
  const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value)) + 1;
  let left = maxBytes - bytes({ ...request, history: [] });
  let from = request.history.length;
  while (from > 0) {
    left -= bytes(request.history[from - 1]);
    if (left < 0) break;
    from -= 1;
  }
  if (left < 0 && from === request.history.length)
    throw new BackendError(`The turn has more than the ${maxBytes} bytes that can be sent.`);
  return from === 0 ? request : { ...request, history: request.history.slice(from) };
}
