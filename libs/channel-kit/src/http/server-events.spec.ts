import { describe, expect, it } from '@jest/globals';
import { serverEvents, type ServerEvent } from './server-events.js';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(pieces(text, size))) events.push(event);
  return events;
}

describe('server-sent events', () => {
  it.each([1, 3, 1000])('are read whatever the pieces they come in: %i bytes', async (size) => {
    const text = ': hello\r\n\r\ndata: "Grüße 👋"\n\nevent: done\ndata: {"a":\ndata: 1}\n\ndata: cut off';
    expect(await read(text, size)).toEqual([
      { event: undefined, data: '"Grüße 👋"' },
      { event: 'done', data: '{"a":\n1}' },
    ]);
  });
});
