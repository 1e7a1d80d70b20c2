import type { ServerResponse } from 'node:http';

/** Aborts when the caller hangs up, at once if that has happened already: a response that is closed says so only once. */
export function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (isClosed(response)) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}

/** True when nobody can be told anything over it any more. */
export function isClosed(response: ServerResponse): boolean {
  return response.destroyed || response.closed;
}
