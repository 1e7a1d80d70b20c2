import { createParser } from 'eventsource-parser';
import { request } from 'undici';

/** One server-sent event as it came. */
export interface Heard {
  id: string;
  event: string;
  data: { id: string; type: string; messageId?: string; data?: Record<string, unknown>; reason?: string };
}

/** A program that follows server-sent events. */
export interface EventReader {
  status: number;
  /** The place where the stream starts. */
  from: string;
  heard: Heard[];
  /** Set when the server ended the stream or the connection broke. */
  over: () => boolean;
  close: () => Promise<void>;
}

/** Opens a stream; resolves with its head. */
export async function readEvents(url: string, headers: Record<string, string>): Promise<EventReader> {
  const abort = new AbortController();
  const answer = await request(url, { headers, signal: abort.signal });
  const heard: Heard[] = [];
  const parser = createParser({
    onEvent: ({ id = '', event = '', data }) =>
      heard.push({ id, event, data: JSON.parse(data) as Heard['data'] }),
  });
  let isOver = false;
  const decoder = new TextDecoder();
  const end = (async () => {
    try {
      for await (const chunk of answer.body) parser.feed(decoder.decode(chunk as Buffer, { stream: true }));
    } catch {
      // Cut off: what matters is what was heard.
    }
    isOver = true;
  })();
  return {
    status: answer.statusCode,
    from: String(answer.headers['last-event-id'] ?? ''),
    heard,
    over: () => isOver,
    close: async () => {
      abort.abort();
      await end;
    },
  };
}
