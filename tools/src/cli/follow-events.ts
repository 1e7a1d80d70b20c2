import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { setTimeout as delay } from 'node:timers/promises';
import { isCliError } from './cli-error.js';
import type { Client } from './client.js';

const AGAIN_MS = 1000;
const PASSING = new Set(['unreachable', 'unavailable', 'rate_limited']);

/** One event as the api tells it. */
export interface FollowedEvent {
  /** Where to go on after it. */
  id: string;
  type: string;
  event: Record<string, unknown>;
}

/**
 * The events at an address, for as long as nobody aborts. A connection that breaks is opened again after the last event.
 *
 * @param onAway is told when the connection broke.
 * @throws CliError when the first connection is refused, or a later one for good.
 */
export async function* followEvents(
  client: Client,
  path: string,
  options: { after?: string; signal: AbortSignal; onAway: () => void },
): AsyncGenerator<FollowedEvent> {
  const { signal, onAway } = options;
  let last = options.after;
  let isOpen = false;
  while (!signal.aborted) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': last }),
      };
      const answer = await client.call('GET', path, { headers, signal });
      isOpen = true;
      last ??= answer.headers.get('last-event-id') ?? undefined;
      for await (const message of messagesOf(answer)) {
        last = message.id ?? last;
        const event = JSON.parse(message.data) as Record<string, unknown>;
        yield { id: last ?? '', type: message.event ?? '', event };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isOpen || isFinal(error)) throw error;
    }
    if (signal.aborted) return;
    onAway();
    await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* messagesOf(answer: Response): AsyncGenerator<EventSourceMessage> {
  const found: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => found.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    yield* found.splice(0);
  }
}

/** A key that was revoked stays revoked; a server that is away comes back. */
function isFinal(error: unknown): boolean {
  return isCliError(error) && !PASSING.has(error.trouble.code);
}
