import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CAPABILITIES } from '@skein/contracts';
import { eventually, startStack, type Stack } from '@skein/testing';
import { send } from './support/messages.js';
import { personOf } from './support/people.js';
import { writeStoryPage, type Phone } from './support/story-page.js';

let stack: Stack;
const phones: Phone[] = [];
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  console.info(`every phone: ${writeStoryPage(phones)}`);
  await stack.stop();
});

/** Somebody on each channel, by the address that the platform knows them under. */
const PEOPLE: Readonly<Record<string, string>> = {
  whatsapp: '+447700900801',
  sms: '+15005550801',
  email: 'story@people.test',
  'web-chat': 'v:story',
  telegram: '8001',
  slack: 'U0STORY01',
  discord: '800000000000000001',
  teams: 'a:story',
  instagram: '80000000001',
  messenger: '80000000002',
};

const everything = (files: string): string => `Hello **Ann**, _all_ of it:

::: list-item
![Room](${files}/small.jpg)
# Garden room
## 40 m²
:::

::: horizontal-list-item
![Suite](${files}/small.jpg)
# Suite
## With a view
:::

::: links
[Our page](https://example.com/rooms)
:::

::: images
![The house](${files}/small.jpg)
:::

::: documents
[Price list](${files}/small.pdf)
:::

::: payment
[Pay 40 EUR](https://example.com/pay/1)
:::

::: flow
flow_id=77
flow_cta=Check in
body=Tell us when you come
:::

::: navigate
[Your bookings](/bookings)
:::

::: table
Night,Price
Friday,40
:::

::: actions
- [Book now](book)
- [Later](later)
:::`;

/** Words that must reach the person, in whatever form. */
const WORDS = [
  'Ann',
  'Garden room',
  'Suite',
  'Our page',
  'https://example.com/rooms',
  'Price list',
  'https://example.com/pay/1',
  'Tell us when you come',
  'bookings',
  'Friday',
  'Book now',
  'Later',
];

async function conversationOf(kind: string): Promise<string> {
  return eventually(async () => {
    const rows = await stack.sql<{ thread_id: string }>(
      `SELECT m.thread_id FROM messages m JOIN channels c ON c.id = m.channel_id
       WHERE c.id = $1 AND m.direction = 'in' ORDER BY m.seq DESC LIMIT 1`,
      [stack.dev.channels[kind]],
    );
    const [row] = rows;
    if (!row) throw new Error(`nobody has written on ${kind}`);
    return row.thread_id;
  });
}

describe('one message, every channel', () => {
  it('covers every kind on which somebody can be written to', () => {
    const kinds = Object.values(CAPABILITIES).filter(({ answersOnly }) => !answersOnly);
    expect(Object.keys(PEOPLE).sort()).toEqual(kinds.map(({ kind }) => kind).sort());
  });

  it.each(Object.entries(PEOPLE))(
    'P9, P16, R6: %s shows every component or says what it cannot show',
    async (kind, address) => {
      const person = personOf(stack, kind, address);
      await person.writes('Hi there');
      await person.sees((inbox) => inbox.length > 0);
      const conversationId = await conversationOf(kind);
      const before = (await person.inbox()).length;
      const text = everything(`${stack.dev.sandboxUrl}/files`);
      const channelId = stack.dev.channels[kind];
      const answer = await send(stack, { channelId, to: { conversationId }, text }, { prefer: 'wait=30' });
      const told = answer.body as unknown as {
        delivered: boolean;
        messageId: string;
        losses?: Phone['losses'];
      };
      expect(told).toMatchObject({ delivered: true });
      const entry = await stack.api<{ losses: Phone['losses'] }>('GET', `/v1/messages/${told.messageId}`);
      const timeline = await stack.api('GET', `/v1/messages/${told.messageId}/timeline`);
      const items = (timeline.body as { items: { step: string; detail: object }[] }).items;
      const { losses } = entry.body;
      expect(items.find(({ step }) => step === 'routed')?.detail).toMatchObject(
        losses.length === 0 ? {} : { losses },
      );
      expect(told.losses ?? []).toEqual(losses);
      const seen = (await person.sees((inbox) => inbox.length > before)).slice(before);
      phones.push({ kind, address, seen, losses: entry.body.losses });
      const shown = JSON.stringify(seen);
      expect(WORDS.filter((word) => !shown.includes(word))).toEqual([]);
      // Where nothing can be pressed, the choice is answered in words.
      await person.writes(kind === 'sms' || kind === 'email' ? { text: 'Later' } : { press: 'later' });
      await eventually(async () => {
        const [last] = await stack.sql<{ action: unknown }>(
          `SELECT content->'action' AS action FROM messages WHERE thread_id = $1 AND direction = 'in' ORDER BY seq DESC LIMIT 1`,
          [conversationId],
        );
        expect(last?.action).toMatchObject({ id: 'later' });
      });
    },
    60_000,
  );
});
