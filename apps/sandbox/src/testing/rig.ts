import { request } from 'undici';
import type { JsonObject } from '../core/json.js';
import type { InboxEntry } from '../core/kind.js';
import type { JournalEntry } from '../core/journal.js';
import { startSandbox } from '../sandbox.js';
import type { RunningSandbox, SandboxOptions } from '../sandbox.js';
import { Receiver } from './receiver.js';

export interface Answer<T = JsonObject> {
  status: number;
  body: T;
  headers: Record<string, string | string[] | undefined>;
}

/** A sandbox on free ports with a webhook receiver, spoken to as a test or a channel would. */
export class Rig {
  private constructor(
    readonly sandbox: RunningSandbox,
    readonly receiver: Receiver,
  ) {}

  static async start(options: Partial<SandboxOptions> = {}): Promise<Rig> {
    return new Rig(await startSandbox({ port: 0, ...options }), await new Receiver().open());
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    await this.receiver.close();
  }

  async call<T = JsonObject>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Answer<T>> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await request(this.sandbox.url + path, { method, headers, body: text, reset: true });
    const raw = await answer.body.text();
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      body: (isJson ? JSON.parse(raw) : raw) as T,
      headers: answer.headers,
    };
  }

  async inbox(kind: string, address: string): Promise<InboxEntry[]> {
    return (await this.call<InboxEntry[]>('GET', `/people/${kind}/${encodeURIComponent(address)}/inbox`))
      .body;
  }

  write(kind: string, address: string, body: unknown): Promise<Answer> {
    return this.call('POST', `/people/${kind}/${encodeURIComponent(address)}/messages`, body);
  }

  read(kind: string, address: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', `/people/${kind}/${encodeURIComponent(address)}/read`, body);
  }

  fault(body: JsonObject): Promise<Answer> {
    return this.call('POST', '/faults', body);
  }

  async journal(query = ''): Promise<JournalEntry[]> {
    return (await this.call<JournalEntry[]>('GET', `/journal${query}`)).body;
  }
}
