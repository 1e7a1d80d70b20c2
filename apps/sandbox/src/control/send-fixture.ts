import type { ServerResponse } from 'node:http';
import type { World } from '../core/kind.js';
import { notFound } from '../core/refusal.js';
import { sendBytes } from '../http/messages.js';

/**
 * One of the fixture files. A slow one sends its head and half its bytes at once and the rest after its delay, so that a
 * reader with a time limit on the whole answer gives up, and one that only waits for the head does not.
 */
export function sendFixture(world: World, name: string, response: ServerResponse): undefined {
  const file = world.files.get(name);
  if (!file)
    throw notFound(`There is no file ${JSON.stringify(name)}; there are ${world.files.names().join(', ')}.`);
  if (file.delayMs === 0) return void sendBytes(response, file.bytes, file.mimeType);
  const half = Math.floor(file.bytes.length / 2);
  response.writeHead(200, { 'content-type': file.mimeType, 'content-length': file.bytes.length });
  response.write(file.bytes.subarray(0, half));
  const cancel = world.timers.after(file.delayMs, () => response.end(file.bytes.subarray(half)));
  response.on('close', cancel);
}
