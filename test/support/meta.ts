import { expect } from '@jest/globals';
import { eventually, type HttpAnswer, type Stack } from '@skein/testing';
import { createHash, createHmac } from 'node:crypto';
import { request } from 'undici';
import { entries, send, type Entry, type Told } from './messages.js';
import { personOf, type Person } from './people.js';

/** One of the two messaging platforms of Meta, as a test sees both of its sides. */
export class MetaSide {
  private last: number;

  constructor(
    readonly stack: Stack,
    readonly kind: 'messenger' | 'instagram',
  ) {
    this.last = kind === 'messenger' ? 1_254_459_154_000 : 1_784_140_000_000;
  }

  /** Somebody whom nothing is known of yet; ids with some endings meet their own refusals. */
  stranger(ending = ''): Person {
    this.last += 1;
    return personOf(this.stack, this.kind, `${this.last}${ending}`);
  }

  /** Somebody who has written and was greeted. */
  async person(ending = ''): Promise<Person> {
    const person = this.stranger(ending);
    await person.writes('hello');
    if (ending === '') await person.sees((inbox) => inbox.length === 1);
    return person;
  }

  sendTo(address: string, content: unknown, more: object = {}): Promise<HttpAnswer<Told>> {
    const channelId = this.stack.dev.channels[this.kind];
    return send(this.stack, { channelId, conversationId: address, content, ...more });
  }

  async conversationOf(address: string): Promise<string> {
    const rows = await eventually(async () => {
      const found = await this.stack.sql<{ id: string }>(
        `SELECT t.id FROM threads t JOIN identities i ON i.contact_id = t.contact_id WHERE i.kind = $1 AND i.address = $2`,
        [this.kind, address],
      );
      expect(found).toHaveLength(1);
      return found;
    });
    return rows[0]?.id ?? '';
  }

  async thread(address: string): Promise<(Entry & { media: { mediaId?: string; mimeType?: string }[] })[]> {
    const all = await entries(this.stack, await this.conversationOf(address));
    return all as (Entry & { media: { mediaId?: string }[] })[];
  }

  /** What a person said, oldest first. */
  async said(address: string): Promise<(string | null)[]> {
    return (await this.thread(address)).filter(({ author }) => author === 'user').map(({ text }) => text);
  }

  /** Committed events of a type about somebody. */
  async facts(address: string, type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.stack.sql<{ fact: Record<string, unknown> }>(
      `SELECT fact FROM inbound_events WHERE fact->>'address' = $1 AND type = $2 ORDER BY id`,
      [address, type],
    );
    return rows.map(({ fact }) => fact);
  }

  strike(address: string, fault: string, more: object = {}): Promise<unknown> {
    return this.stack.sandbox('POST', '/faults', { body: { kind: this.kind, fault, address, ...more } });
  }

  /** The secret that signs webhooks, and the account. */
  signing(): { appSecret: string; verifyToken: string; account: string } {
    const secrets = this.stack.dev.secrets[this.kind] ?? {};
    const account = secrets['pageId'] ?? secrets['instagramId'] ?? '';
    return { appSecret: secrets['appSecret'] ?? '', verifyToken: secrets['verifyToken'] ?? '', account };
  }

  /** A webhook with one event of somebody. */
  webhook(person: string, part: object, account = this.signing().account): string {
    const event = { sender: { id: person }, recipient: { id: account }, timestamp: Date.now(), ...part };
    const object = this.kind === 'messenger' ? 'page' : 'instagram';
    return JSON.stringify({ object, entry: [{ id: account, time: Date.now(), messaging: [event] }] });
  }

  signature(body: string | Buffer, secret = this.signing().appSecret): string {
    return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  }

  /** Calls the webhook as anybody could; signed as the platform does unless told otherwise. */
  async post(body: string | Buffer, headers: Record<string, string | undefined> = {}): Promise<number> {
    const all = {
      'content-type': 'application/json',
      'x-hub-signature-256': this.signature(body),
      ...headers,
    };
    const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const url = `${this.stack.dev.apiUrl}/webhooks/${this.kind}/${this.stack.dev.channels[this.kind] ?? ''}`;
    const answer = await request(url, { method: 'POST', body, headers: Object.fromEntries(sent) });
    await answer.body.dump();
    return answer.statusCode;
  }

  fileUrl(name: string): string {
    return `${this.stack.dev.sandboxUrl ?? ''}/files/${name}`;
  }

  /** Stores a file with the api and gives its id. */
  async upload(name: string, type: string): Promise<string> {
    const answer = await request(`${this.stack.dev.apiUrl}/v1/media?filename=${name}`, {
      method: 'POST',
      headers: { 'x-api-key': this.stack.dev.apiKey, 'content-type': type },
      body: await bytesAt(this.fileUrl(name)),
    });
    const { id, mediaId } = (await answer.body.json()) as { id?: string; mediaId?: string };
    return mediaId ?? id ?? '';
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function bytesAt(url: string, headers = {}): Promise<Buffer> {
  return Buffer.from(await (await request(url, { headers })).body.arrayBuffer());
}
