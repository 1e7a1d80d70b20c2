/** Signs of life of one turn. */
export interface Heartbeat {
  /** Aborts when the turn is no longer this process's, or has taken too long. */
  signal: AbortSignal;
  stop(): void;
}

/**
 * Extends a lease four times within its length, so that some may fail.
 *
 * @param extend resolves to false when the lease belongs to somebody else.
 * @param maxMs after which the work is given up although it still shows signs of life.
 */
export function startHeartbeat(leaseMs: number, maxMs: number, extend: () => Promise<boolean>): Heartbeat {
  const controller = new AbortController();
  const beat = async (): Promise<void> => {
    const isOurs = await extend().catch(() => true);
    if (!isOurs) controller.abort(new Error('Another process took the turn over.'));
  };
  const interval = setInterval(() => void beat(), leaseMs / 4);
  const limit = setTimeout(() => controller.abort(new Error(`No answer within ${maxMs} ms.`)), maxMs);
  return {
    signal: controller.signal,
    stop: () => {
      clearInterval(interval);
      clearTimeout(limit);
    },
  };
}
