/** What follows the end of a connection. */
export type Ending =
  | { next: 'resume'; detail: string }
  /** The session is over; `waitMs` is what Discord wants before the next one. */
  | { next: 'fresh'; detail: string; waitMs?: number }
  | { next: 'misconfigured'; detail: string };

const FRESH: ReadonlyMap<number, string> = new Map([
  [4001, 'unknown opcode'],
  [4003, 'not authenticated'],
  [4005, 'already authenticated'],
  [4007, 'invalid sequence'],
  [4009, 'session timed out'],
]);

/** Codes after which a connection would end the same way again, and what a person can do about it. */
const FATAL: ReadonlyMap<number, string> = new Map([
  [4004, 'Discord does not know the bot token.'],
  [4010, 'Discord refused the shard.'],
  [4011, 'The bot is in too many servers for one connection.'],
  [4012, 'Discord no longer speaks this version of the Gateway.'],
  [4013, 'Discord refused the intents.'],
  [4014, 'The bot may not read messages: allow "Message Content Intent" on the application\'s page.'],
]);

/**
 * Reads a close code (docs.discord.com, gateway close event codes, 21 November 2026). What is not in a table, a cut line included, is
 * worth a resume: if the session is gone too, Discord says so.
 */
export function endingOf(code: number): Ending {
  const fatal = FATAL.get(code);
  if (fatal !== undefined) return { next: 'misconfigured', detail: `${fatal} (close code ${code})` };
  const fresh = FRESH.get(code);
  return fresh === undefined
    ? { next: 'resume', detail: `closed with ${code}` }
    : { next: 'fresh', detail: `closed with ${code}: ${fresh}` };
}
