import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import type * as classic from 'nats';
import { createRequire } from 'node:module';
import { v5 } from 'uuid';
import { newNumber, openWindow } from './support/people.js';

interface Told {
  id: string;
  type: string;
  messageId: string;
  idempotencyKey?: string;
  data: { status: string; reason?: string };
}

// The classic package is CommonJS and lives in the test workspace.
const { connect, JSONCodec } = createRequire(import.meta.url)('nats') as typeof classic;

let stack: Stack;
let nats: classic.NatsConnection;
const json = JSONCodec<unknown>();

beforeAll(async () => {
  stack = await startStack();
  const url = new URL(stack.dev.natsUrl);
  nats = await connect({
    servers: url.host,
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
  });
});
afterAll(async () => {
  await nats.close();
  await stack.stop();
});

/** Reads everything on the workspace's durable until an event satisfies the check. */
async function followed(check: (event: Told) => boolean): Promise<Told> {
  const consumer = await nats.jetstream().consumers.get('EVENTS', `ws_${stack.dev.workspaceId}`);
  return eventually(
    async () => {
      const batch = await consumer.fetch({ max_messages: 100, expires: 1000 });
      for await (const message of batch) {
        message.ack();
        const found = message.json<Told[]>().find(check);
        if (found !== undefined) return found;
      }
      return false as never;
    },
    { timeoutMs: 20_000 },
  );
}

describe('a plain NATS client', () => {
  it('sends form 1, computes the message id and follows it to delivered', async () => {
    const person = await openWindow(stack, newNumber());
    const token = 'order-4711';
    const messageId = v5(token, stack.dev.workspaceId);
    const live: string[] = [];
    const watching = nats.subscribe(`skein.status.${stack.dev.workspaceId}.${messageId}`, {
      callback: (_, message) => void live.push((json.decode(message.data) as { status: string }).status),
    });
    await nats.flush();
    const body = { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'Your parcel left.' };
    const ack = await nats
      .jetstream()
      .publish(`skein.send.${stack.dev.workspaceId}.${token}`, json.encode(body));
    expect(ack.stream).toBe('SEND');
    const told = await followed(
      (event) => event.messageId === messageId && event.type === 'message-delivered',
    );
    expect(told).toMatchObject({ idempotencyKey: token, data: { status: 'delivered' } });
    expect(await person.texts()).toContain('Your parcel left.');
    await eventually(() => expect(live).toEqual(expect.arrayContaining(['sent', 'delivered'])));
    watching.unsubscribe();
  });

  it('sends form 2 and an array, one key per item; a repeat sends nothing twice', async () => {
    const person = await openWindow(stack, newNumber());
    const channelId = stack.dev.channels['whatsapp'];
    const bodies = ['one', 'two'].map((content) => ({ channelId, conversationId: person.address, content }));
    const subject = `skein.send.${stack.dev.workspaceId}.pair`;
    await nats.jetstream().publish(subject, json.encode(bodies));
    await nats.jetstream().publish(subject, json.encode(bodies));
    await followed(
      (event) =>
        event.messageId === v5('pair:1', stack.dev.workspaceId) && event.type === 'message-delivered',
    );
    expect((await person.texts()).filter((text) => ['one', 'two'].includes(text))).toEqual(['one', 'two']);
  });

  it('is told what was wrong, and the poison becomes a dead letter that disturbs nobody', async () => {
    const person = await openWindow(stack, newNumber());
    const publish = (token: string, bytes: Uint8Array) =>
      nats.jetstream().publish(`skein.send.${stack.dev.workspaceId}.${token}`, bytes);
    await publish('poison', new TextEncoder().encode('{"channel": '));
    await publish('wrong', json.encode({ channel: 'whatsapp', to: {}, text: 'x' }));
    await publish(
      'right',
      json.encode({ channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'still working' }),
    );
    const refused = await followed((event) => event.messageId === v5('wrong', stack.dev.workspaceId));
    expect(refused).toMatchObject({
      type: 'message-failed',
      data: { status: 'failed', reason: 'invalid_request' },
    });
    await person.sees((inbox) => inbox.some((seen) => seen.text === 'still working'));
    await eventually(async () => {
      const answer = await stack.api<{ items: { reason: string }[] }>('GET', '/v1/dead-letters');
      expect(answer.body.items.length).toBeGreaterThanOrEqual(2);
    });
  });

  it('may do nothing but send and follow', async () => {
    const other = '00000000-0000-4000-8000-000000000000';
    const refused = [
      `skein.send.${other}.x`,
      `skein.send.${stack.dev.workspaceId}.api`,
      'skein.deliver.whatsapp.wa-main',
    ];
    for (const subject of refused) {
      await expect(nats.jetstream().publish(subject, json.encode({}), { timeout: 1500 })).rejects.toThrow();
    }
  });
});
