import { afterEach, describe, expect, it } from '@jest/globals';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer, type Server } from 'node:http';
import { EventStream } from './event-stream.js';

let server: Server;
let reader: Socket;

/** A stream whose reader is connected and, unless told to, takes nothing. */
async function open(slowMs?: number): Promise<EventStream> {
  const opened = new Promise<EventStream>((resolve) => {
    server = createServer((_, response) => resolve(new EventStream(response, {}, slowMs)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => undefined);
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  return opened;
}

afterEach(async () => {
  reader.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const BLOCK = { id: '1', event: 'message-sent', data: 'x'.repeat(64 * 1024) };
/** Far more blocks than the sockets of both sides hold. */
const MANY = 1000;

describe('EventStream', () => {
  it('B2 waits for a reader that is slow, and cuts off one that takes nothing', async () => {
    const stream = await open(200);
    let written = 0;
    for (; written < MANY && !stream.signal.aborted; written += 1) await stream.send(BLOCK);
    expect(stream.signal.aborted).toBe(true);
    expect(written).toBeLessThan(MANY);
  });

  it('B2 writes everything to a reader that takes it', async () => {
    const stream = await open();
    let bytes = 0;
    reader.on('data', (chunk: Buffer) => (bytes += chunk.length));
    reader.resume();
    for (let written = 0; written < 50; written += 1) await stream.send(BLOCK);
    stream.close();
    const least = 50 * BLOCK.data.length;
    await new Promise<void>((resolve) => reader.on('data', () => bytes > least && resolve()));
    expect(bytes).toBeGreaterThan(50 * BLOCK.data.length);
  });

  it('B2 notices that its reader went away before it began', async () => {
    const late = new Promise<EventStream>((resolve) => {
      server = createServer((_, response) =>
        response.once('close', () => setImmediate(() => resolve(new EventStream(response, {})))),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n', () => reader.destroy());
    expect((await late).signal.aborted).toBe(true);
  });

  it('B2 notices that its reader went away', async () => {
    const stream = await open();
    const gone = new Promise((resolve) => stream.signal.addEventListener('abort', resolve, { once: true }));
    reader.destroy();
    await gone;
    await stream.send(BLOCK);
    expect(stream.signal.aborted).toBe(true);
  });
});
