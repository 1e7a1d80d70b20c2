import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadMessage } from './graph-client.js';

/** Takes one message or a batch, and resolves to what the caller is told. */
export type Take = (messages: LoadMessage[]) => Promise<string[]>;

/** The HTTP-in half of both baselines: reads JSON, hands it on, answers 202. Tells the parent its port. */
export function listen(take: Take): void {
  const server = createServer((request, response) => void handle(request, response, take));
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

async function handle(request: IncomingMessage, response: ServerResponse, take: Take): Promise<void> {
  try {
    const body = JSON.parse(await textOf(request)) as LoadMessage | { messages: LoadMessage[] };
    const ids = await take('messages' in body ? body.messages : [body]);
    answer(response, 202, { ids });
  } catch (error) {
    answer(response, 500, { error: String(error) });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
