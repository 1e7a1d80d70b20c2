import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { createHash } from 'node:crypto';
import { request } from 'undici';
import { entries, send, type Entry } from './support/messages.js';
import { newNumber, openWindow, personOf } from './support/people.js';

interface InboundEntry extends Entry {
  media: { mediaId?: string; mimeType?: string; url?: string }[];
}

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesAt = async (url: string, headers = {}): Promise<Uint8Array> =>
  new Uint8Array(await (await request(url, { headers })).body.arrayBuffer());

/** The conversation of the person who last wrote. */
async function conversationOf(address: string): Promise<string> {
  const [row] = await eventually(async () => {
    const rows = await stack.sql<{ thread_id: string }>(
      `SELECT t.id AS thread_id FROM threads t JOIN identities i ON i.contact_id = t.contact_id WHERE i.address = $1`,
      [address],
    );
    expect(rows).toHaveLength(1);
    return rows;
  });
  return row?.thread_id ?? '';
}

describe('what people send', () => {
  it('R5: a file is an ordinary message with its caption; the API serves the same bytes to nobody without a key', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    await person.writes({ media: { file: 'small.jpg', caption: 'my receipt' } });
    const conversationId = await conversationOf(person.address);
    const file = await eventually(async () => {
      const all = (await entries(stack, conversationId)) as InboundEntry[];
      const found = all.find((entry) => entry.author === 'user')?.media?.[0];
      expect(found?.mediaId).toBeDefined();
      return found;
    });
    const path = `${stack.dev.apiUrl}/v1/media/${file?.mediaId ?? ''}/content`;
    const [sent, served] = await Promise.all([
      bytesAt(`${stack.dev.sandboxUrl ?? ''}/files/small.jpg`),
      bytesAt(path, { 'x-api-key': stack.dev.apiKey }),
    ]);
    expect(sha256(served)).toBe(sha256(sent));
    expect((await request(path)).statusCode).toBe(401);
    expect((await entries(stack, conversationId)).find((entry) => entry.author === 'user')?.text).toBe(
      'my receipt',
    );
  });

  it('R2: messages that come while the agent answers are all answered, one after the other', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const words = ['hours', 'help', 'hours', 'help'];
    for (const word of words) await person.writes(word);
    const conversationId = await conversationOf(person.address);
    await eventually(async () => {
      const turns = await stack.sql(`SELECT state FROM turns WHERE thread_id = $1`, [conversationId]);
      expect(turns.map((turn) => turn['state'])).toEqual(words.map(() => 'done'));
    });
    const said = (await entries(stack, conversationId)).filter((entry) => entry.author === 'user');
    expect(said.map((entry) => entry.text)).toEqual(words);
  });

  it('P2: a person without a visible number has one thread, and is answered under the id that wrote', async () => {
    const bsuid = 'US.13491208655302741918';
    const person = personOf(stack, 'whatsapp', bsuid);
    await person.writes({ text: 'hello', profile: { name: 'Hidden', userId: bsuid, hidePhone: true } });
    const conversationId = await conversationOf(bsuid);
    await person.sees((inbox) => inbox.length >= 1);
    const answer = await send(
      stack,
      { channel: 'whatsapp', to: { conversationId }, text: 'Only for you' },
      { prefer: 'wait=10' },
    );
    expect([answer.status, answer.body.delivered]).toEqual([200, true]);
    expect(await person.texts()).toContain('Only for you');
  });

  it('presses come back as the action that was offered; reactions and unknown types disturb nothing', async () => {
    const person = await openWindow(stack, newNumber());
    await person.writes('menu');
    await person.sees((inbox) => inbox.some((seen) => JSON.stringify(seen).includes('"document"')));
    await person.writes({ press: 'document' });
    await person.sees((inbox) => inbox.some((seen) => seen.media?.type === 'document'));
    const [first] = await person.inbox();
    await person.writes({ reaction: { emoji: '👍', messageId: first?.id } });
    await person.writes({ unsupported: {} });
    await eventually(async () => {
      const rows = await stack.sql<{ type: string; applied: boolean }>(
        `SELECT DISTINCT type, applied_at IS NOT NULL AS applied FROM inbound_events WHERE type <> 'receipt' ORDER BY 1`,
      );
      expect(rows).toEqual(['message', 'reaction', 'unsupported'].map((type) => ({ type, applied: true })));
    });
  });
});
