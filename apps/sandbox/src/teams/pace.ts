import type { Account } from './accounts.js';

/** What one bot may send to one conversation: [seconds, sends] (Teams, rate limit, per bot per thread). */
const LIMITS: readonly (readonly [number, number])[] = [
  [1, 7],
  [2, 8],
  [30, 60],
  [3600, 1800],
];
const LONGEST_MS = 3_600_000;

/** Counts one send. @returns seconds to wait when it is one too many, which is then not counted. */
export function keepPace({ sends, config }: Account, conversation: string): number | undefined {
  if (!config.rates) return undefined;
  const now = Date.now();
  const recent = (sends.get(conversation) ?? []).filter((at) => now - at < LONGEST_MS);
  for (const [seconds, most] of LIMITS) {
    const inside = recent.filter((at) => now - at < seconds * 1000);
    const [oldest] = inside;
    if (inside.length >= most && oldest !== undefined)
      return Math.max(1, Math.ceil((oldest + seconds * 1000 - now) / 1000));
  }
  sends.set(conversation, [...recent, now]);
  return undefined;
}
