import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';

/** HTTP status and sentence of the JSON error codes that are used here (docs.discord.com, 21 November 2026). */
const ERRORS: Record<number, { status: number; message: string }> = {
  10003: { status: 404, message: 'Unknown Channel' },
  10008: { status: 404, message: 'Unknown Message' },
  10013: { status: 404, message: 'Unknown User' },
  10014: { status: 400, message: 'Unknown Emoji' },
  10062: { status: 404, message: 'Unknown interaction' },
  20016: { status: 429, message: 'This action cannot be performed due to slowmode rate limit' },
  20028: {
    status: 429,
    message: 'The write action you are performing on the channel has hit the write rate limit',
  },
  40005: { status: 413, message: 'Request entity too large' },
  40007: { status: 403, message: 'The user is banned from this guild' },
  40060: { status: 400, message: 'Interaction has already been acknowledged.' },
  50001: { status: 403, message: 'Missing Access' },
  50005: { status: 403, message: 'Cannot edit a message authored by another user' },
  50006: { status: 400, message: 'Cannot send an empty message' },
  50007: { status: 403, message: 'Cannot send messages to this user' },
  50008: { status: 400, message: 'Cannot send messages in a non-text channel' },
  50013: { status: 403, message: 'Missing Permissions' },
  50035: { status: 400, message: 'Invalid Form Body' },
  50083: { status: 400, message: 'Thread is archived' },
  50109: { status: 400, message: 'The request body contains invalid JSON.' },
  50278: { status: 403, message: 'Cannot send messages to this user due to having no mutual guilds' },
  130000: { status: 503, message: 'API resource is currently overloaded. Try again a little later' },
  200000: { status: 400, message: 'Message was blocked by automatic moderation' },
  240000: { status: 400, message: 'Message blocked by harmful links filter' },
};

/** An answer with a JSON error code. */
export function discordError(code: number, more: JsonObject = {}): ProviderAnswer {
  const known = ERRORS[code] ?? { status: 400, message: 'Bad Request' };
  return { status: known.status, body: { message: known.message, code, ...more } };
}

/** An answer whose only reason is its HTTP status. */
export function plainError(status: number, reason: string): ProviderAnswer {
  return { status, body: { message: `${status}: ${reason}`, code: 0 } };
}

/** 429 with the exact time in seconds. */
export function tooFast(retryAfter: number, isGlobal: boolean): ProviderAnswer {
  const message = 'You are being rate limited.';
  return { status: 429, body: { message, retry_after: Number(retryAfter.toFixed(3)), global: isGlobal } };
}

/** Codes that an address can have by its last digits: what the platform answers to a message there. */
export const MAGIC_CODES: readonly number[] = [
  50007, 50278, 50001, 50013, 50083, 50008, 40007, 200000, 240000, 130000,
];

export function magicCodeOf(channelId: string): number | undefined {
  return MAGIC_CODES.find((code) => channelId.endsWith(String(code)));
}
