import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack, type StackPart } from '@skein/testing';
import { send, untilStatus } from './support/messages.js';
import { personOf } from './support/people.js';

let stack: Stack;
let ofSlack: StackPart;

/** Every service of the stack serves Telegram only; whoever else is needed is started beside it. */
beforeAll(async () => {
  stack = await startStack({ split: true, env: { SKEIN_CHANNEL_KINDS: 'telegram' } });
});
afterAll(() => stack.stop());

const toSlack = (text: string) => send(stack, { channel: 'slack', to: { target: 'slack:U0SCALE01' }, text });

interface Call {
  operation: string;
  request: { text?: string };
  answer: { status: number } | null;
}

/** What the platform took to be shown to people, in order. */
async function taken(kind: string): Promise<string[]> {
  const { body } = await stack.sandbox<Call[]>('GET', `/journal?kind=${kind}&since=0`);
  return body.flatMap(({ request, answer }) =>
    answer?.status === 200 && request.text !== undefined ? [request.text] : [],
  );
}

const numbers = async () => (await taken('telegram')).filter((text) => text.startsWith('number '));

describe('channel services apart', () => {
  it('a process serves the kinds it is told to; the others wait for theirs and lose nothing', async () => {
    const ann = personOf(stack, 'telegram', '5001');
    await ann.writes('hello');
    await ann.sees((inbox) => inbox.length > 0);
    const { body } = await toSlack('are you there?');
    const hook = `/webhooks/slack/${stack.dev.channels['slack']}`;
    expect(await stack.api('POST', hook, { body: {} })).toMatchObject({ status: 503 });
    await untilStatus(stack, body.messageId, ['queued']);
    ofSlack = await stack.replica('chat-platforms', 'slack-only', { SKEIN_CHANNEL_KINDS: 'slack' });
    await untilStatus(stack, body.messageId, ['sent']);
    expect(await stack.api('POST', hook, { body: {} })).toMatchObject({ status: 401 });
  });

  it('one kind down leaves the other alone', async () => {
    await ofSlack.kill();
    const { body } = await toSlack('after the crash');
    const ben = personOf(stack, 'telegram', '5002');
    await ben.writes('hello');
    await ben.sees((inbox) => inbox.length > 0);
    await ofSlack.restart();
    await untilStatus(stack, body.messageId, ['sent']);
  });

  it('two processes of one kind share the work; when one is killed the other takes over, and nothing goes out twice', async () => {
    const twin = await stack.replica('chat-platforms', 'telegram-twin', { SKEIN_CALL_LEASE_MS: '3000' });
    const chats = Array.from({ length: 30 }, (_, index) => String(5100 + index));
    for (const chat of chats) await personOf(stack, 'telegram', chat).writes('hello');
    await eventually(async () => {
      const rows = await stack.sql(
        `SELECT 1 FROM identities WHERE address = ANY ($1) AND last_inbound_at IS NOT NULL`,
        [chats],
      );
      expect(rows.length).toBe(chats.length);
    });
    const sends = [0, 1].flatMap((round) =>
      chats.map((chat) => {
        const to = { target: `telegram:${chat}` };
        return send(stack, { channel: 'telegram', to, text: `number ${round} for ${chat}` });
      }),
    );
    const ids = (await Promise.all(sends)).map(({ body }) => body.messageId);
    await eventually(async () => expect((await numbers()).length).toBeGreaterThan(5));
    await twin.kill();
    const done = ['sent', 'unknown'];
    // What the killed process had settled and not told is looked at again 60 s after it was queued.
    for (const id of ids) await untilStatus(stack, id, done, 90_000);
    const seen = await numbers();
    expect(new Set(seen).size).toBe(seen.length);
    const rows = await stack.sql<{ status: string; n: number }>(
      `SELECT status, count(*)::int AS n FROM messages WHERE id = ANY ($1) GROUP BY status`,
      [ids],
    );
    const sent = rows.find(({ status }) => status === 'sent')?.n ?? 0;
    const unknown = rows.find(({ status }) => status === 'unknown')?.n ?? 0;
    expect(sent + unknown).toBe(60);
    expect(seen.length).toBeGreaterThanOrEqual(sent);
  }, 150_000);
});
