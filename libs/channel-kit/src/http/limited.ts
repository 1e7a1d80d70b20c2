/**
 * Runs work under a signal that aborts with the given one or after `ms`, whichever comes first. `AbortSignal.any` with
 * `AbortSignal.timeout` does not do: Node 20 collects the joined signal as garbage, and then neither ever comes (nodejs/node#54614).
 */
export async function limited<T>(
  outer: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = () => controller.abort(Object.assign(new Error('it took too long'), { name: 'TimeoutError' }));
  const stop = () => controller.abort(outer.reason);
  const timer = setTimeout(late, ms);
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
