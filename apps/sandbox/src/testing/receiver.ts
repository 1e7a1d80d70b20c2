import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../core/json.js';

export interface Hook {
  body: string;
  signature: string;
  headers: IncomingHttpHeaders;
  at: number;
}

/** One `value` of a webhook. */
export interface HookValue extends JsonObject {
  metadata: { phone_number_id: string; display_phone_number: string };
  contacts?: { wa_id?: string; user_id: string; profile: { name: string; username?: string } }[];
  messages?: (JsonObject & { id: string; type: string })[];
  statuses?: (JsonObject & { id: string; status: string })[];
}

/** A webhook receiver: takes what comes, or answers what it is told to. */
export class Receiver {
  readonly hooks: Hook[] = [];
  /** The status of the next answers, first one first; 200 when empty. */
  answers: number[] = [];
  /** The bodies of the next taken answers; empty when there is none. */
  replies: string[] = [];
  private server: Server | undefined;

  async open(): Promise<this> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://receiver');
      const token = url.searchParams.get('hub.verify_token');
      if (request.method === 'GET')
        return void response.end(token === 'verify-me' ? url.searchParams.get('hub.challenge') : 'no');
      void collect(request).then((body) => {
        const status = this.answers.shift() ?? 200;
        const signature = String(request.headers['x-hub-signature-256']);
        if (status === 200) this.hooks.push({ body, signature, headers: request.headers, at: Date.now() });
        response.writeHead(status).end(status === 200 ? this.replies.shift() : undefined);
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}/hook`;
  }

  /** Every value received so far, in order of arrival. */
  values(): { field: string; value: HookValue }[] {
    return this.hooks.flatMap(({ body }) => {
      const { entry } = JSON.parse(body) as { entry: { changes: { field: string; value: HookValue }[] }[] };
      return entry.flatMap(({ changes }) => changes);
    });
  }

  messages(): (JsonObject & { id: string; type: string })[] {
    return this.values().flatMap(({ value }) => value.messages ?? []);
  }

  statuses(id: string): string[] {
    const all = this.values().flatMap(({ value }) => value.statuses ?? []);
    return all.filter((status) => status.id === id).map(({ status }) => status);
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => this.server?.close(() => resolve()));
  }
}

/** The signature these octets must carry. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
