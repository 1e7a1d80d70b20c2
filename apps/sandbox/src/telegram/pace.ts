import type { ProviderAnswer } from '../core/journal.js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Account } from './accounts.js';
import { tooManyRequests } from './bot-errors.js';
import type { Chat } from './chats.js';

/** The platform promises no numbers: about one message a second in a chat and twenty a minute in a group, with short bursts (bot FAQ). */
const BURST = 20;
const PER_SECOND: Readonly<Record<Chat['type'], number>> = {
  private: 1,
  group: 20 / 60,
  supergroup: 20 / 60,
};
/** Chats whose pace is remembered. */
const KEPT = 10_000;

/** Takes one message from the bot's pace and the chat's; the 429 when either is used up. */
export function keepPace(
  { throughput, paces, config }: Account,
  { id, type }: Chat,
): ProviderAnswer | undefined {
  const now = Date.now();
  if (throughput?.take(now) === false) return tooManyRequests(1);
  if (!config.chatRate) return undefined;
  const perSecond = PER_SECOND[type];
  const pace = paces.get(id) ?? new TokenBucket(BURST, perSecond, now);
  if (!paces.has(id)) forgetOldest(paces);
  paces.set(id, pace);
  return pace.take(now) ? undefined : tooManyRequests(Math.ceil(1 / perSecond));
}

function forgetOldest(paces: Map<string, TokenBucket>): void {
  const [oldest] = paces.keys();
  if (paces.size >= KEPT && oldest !== undefined) paces.delete(oldest);
}
