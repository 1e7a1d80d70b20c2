import { createHash } from 'node:crypto';
import type { AccountConfig } from './accounts.js';

/** How often a route may be called in one channel. */
interface Limit {
  limit: number;
  windowMs: number;
}

interface Window {
  remaining: number;
  endsAt: number;
}

export interface RateVerdict {
  headers: Record<string, string>;
  /** Seconds until the next try, when this one is refused. */
  retryAfter?: number;
  isGlobal: boolean;
}

/** Other routes than messages. The platform tells its limits only in its answers; these are of their kind. */
const REACTION: Limit = { limit: 1, windowMs: 250 };
const OTHER: Limit = { limit: 50, windowMs: 1_000 };

/**
 * The buckets of one application: per route and channel, and one over everything, on real time. Every answer carries the state of its
 * bucket; a refused one says how long to wait, to the millisecond.
 */
export class RateBuckets {
  private readonly windows = new Map<string, Window>();
  private readonly messages: Limit | null;

  constructor(private readonly config: Pick<AccountConfig, 'messagesPer5s' | 'globalPerSecond'>) {
    const { messagesPer5s: limit } = config;
    this.messages = limit === null ? null : { limit, windowMs: 5_000 };
  }

  /** @param route such as `POST messages`; @param major the channel. */
  take(route: string, major: string, now = Date.now()): RateVerdict {
    const { globalPerSecond } = this.config;
    if (globalPerSecond !== null) {
      const over = this.count('global', { limit: globalPerSecond, windowMs: 1_000 }, now);
      if (over.retryAfter !== undefined)
        return {
          retryAfter: over.retryAfter,
          isGlobal: true,
          headers: headersOfRefusal(over.retryAfter, 'global'),
        };
    }
    const limit = this.limitOf(route);
    if (limit === null) return { headers: {}, isGlobal: false };
    const { window, retryAfter } = this.count(`${route} ${major}`, limit, now);
    const headers = headersOf(route, limit, window, now);
    if (retryAfter === undefined) return { headers, isGlobal: false };
    return {
      retryAfter,
      isGlobal: false,
      headers: { ...headers, ...headersOfRefusal(retryAfter, 'user') },
    };
  }

  private limitOf(route: string): Limit | null {
    if (route === 'POST messages') return this.messages;
    return route.endsWith('reactions') ? REACTION : OTHER;
  }

  private count(
    key: string,
    { limit, windowMs }: Limit,
    now: number,
  ): { window: Window; retryAfter?: number } {
    let window = this.windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { remaining: limit, endsAt: now + windowMs };
      this.windows.set(key, window);
    }
    if (window.remaining === 0) return { window, retryAfter: (window.endsAt - now) / 1000 };
    window.remaining -= 1;
    return { window };
  }
}

function headersOf(route: string, { limit }: Limit, window: Window, now: number): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(window.remaining),
    'x-ratelimit-reset': (window.endsAt / 1000).toFixed(3),
    'x-ratelimit-reset-after': ((window.endsAt - now) / 1000).toFixed(3),
    'x-ratelimit-bucket': createHash('sha256').update(route).digest('hex').slice(0, 32),
  };
}

/** `Retry-After` is in whole seconds, rounded up; the exact time is in the body. */
export function headersOfRefusal(
  retryAfter: number,
  scope: 'user' | 'global' | 'shared',
): Record<string, string> {
  return {
    'retry-after': String(Math.ceil(retryAfter)),
    'x-ratelimit-scope': scope,
    ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
  };
}
