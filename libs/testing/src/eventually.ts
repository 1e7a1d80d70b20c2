import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10 s. */
  timeoutMs?: number;
  /** Pause between tries; default 50 ms. */
  everyMs?: number;
}

/**
 * Repeats a check until it neither throws nor returns false, and returns its value. At the deadline it throws what
 * the last try threw, so a failed expectation reads as usual.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 50 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const isLast = Date.now() >= deadline;
    try {
      const value = await check();
      if (value !== false) return value;
      if (isLast) throw new Error(`still false after ${timeoutMs} ms`);
    } catch (error) {
      if (isLast) throw error;
    }
    await delay(everyMs);
  }
}
