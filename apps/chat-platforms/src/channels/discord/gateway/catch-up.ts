import { listOf, objectOf, parsed, textOf } from '@skein/contracts';
import { limited } from '@skein/channel-kit';
import type { GuardedClient } from '@skein/channel-kit';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { DiscordConfig } from '../config.js';
import { failureOf } from '../failures.js';
import { readMessage } from '../inbound-message.js';
import { restRequest } from '../rest.js';
import type { Mark, Memory } from './memory.js';

export interface CatchUpParts {
  config: DiscordConfig;
  http: GuardedClient;
  memory: Memory;
  /** Ends it early. */
  signal: AbortSignal;
}

const PAGE = 100;
/** Pages read of one channel: who wrote more in between is found by a person. */
const PAGES = 5;
const TIMEOUT_MS = 15_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Messages that were written while a session was lost and no new one stood, in the channels that were heard of before: they are told to no
 * session. Ids say which are known already. A channel that cannot be read is left out.
 */
export async function catchUp(parts: CatchUpParts): Promise<InboundEvent[]> {
  const found: InboundEvent[] = [];
  for (const [channel, mark] of [...parts.memory.marked].reverse()) {
    if (parts.signal.aborted) break;
    found.push(...(await missedIn(channel, mark, parts)));
  }
  return found;
}

/** Type of a message's channel where it is not told: a message read over HTTP does not say. */
const TYPES = { room: 0, direct: 1 };

async function missedIn(channel: string, mark: Mark, parts: CatchUpParts): Promise<InboundEvent[]> {
  const found: InboundEvent[] = [];
  let after = mark.last;
  for (let page = 0; page < PAGES; page += 1) {
    const messages = await pageOf(channel, after, parts);
    for (const message of messages) {
      const said = { ...message, channel_type: mark.isRoom ? TYPES.room : TYPES.direct };
      found.push(...readMessage(said, parts.memory.reading));
    }
    after = textOf(messages.at(-1)?.['id']) ?? after;
    if (messages.length < PAGE) break;
  }
  return found;
}

/** Up to a hundred messages, oldest first; asked for twice when Discord wants us to wait a moment. */
async function pageOf(channel: string, after: string, parts: CatchUpParts): Promise<JsonObject[]> {
  const path = `/channels/${channel}/messages?after=${after}&limit=${PAGE}`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { config, http } = parts;
    const answer = await limited(parts.signal, TIMEOUT_MS, (signal) =>
      restRequest(config, { method: 'GET', path }, { http, signal }),
    );
    if ('kind' in answer) return [];
    if (answer.status < 300) {
      return listOf(parsed(answer.body))
        .map(objectOf)
        .filter((each) => each !== undefined)
        .reverse();
    }
    const failure = failureOf(answer);
    const wait = failure.kind === 'throttled' ? (failure.retryAfterMs ?? 1000) : Infinity;
    if (wait > LONGEST_WAIT_MS) return [];
    await delay(wait, undefined, { signal: parts.signal }).catch(() => undefined);
  }
  return [];
}
