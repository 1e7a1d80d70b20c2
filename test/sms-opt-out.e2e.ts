import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries, send, untilStatus, type Told } from './support/messages.js';
import { personOf, type Person } from './support/people.js';
import { applied, inboundForm, newSmsNumber, smsCalls, twilioOptOut, twilioWebhook } from './support/sms.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const phone = (): Person => personOf(stack, 'sms', newSmsNumber());
const text = (address: string, content: string, more = {}) => ({
  channel: 'sms',
  to: { phoneNumber: address },
  text: content,
  ...more,
});

const pace = (ratePerSecond: number | null) =>
  stack.api('PATCH', `/v1/channels/${stack.dev.channels['sms'] ?? ''}`, {
    body: { settings: { ratePerSecond } },
  });

/** Somebody who has had a message, so that a conversation exists. */
async function known(): Promise<{ person: Person; conversationId: string }> {
  const person = phone();
  const { body } = await send(stack, text(person.address, 'Welcome'), { prefer: 'wait=10' });
  await untilStatus(stack, body.messageId, ['delivered']);
  return { person, conversationId: body.conversationId ?? '' };
}

const turns = (conversationId: string) =>
  stack.sql<{ state: string }>(`SELECT state FROM turns WHERE thread_id = $1`, [conversationId]);

/** What the person got that is neither an ordinary message nor a greeting. */
async function answers(person: Person): Promise<string[]> {
  return (await person.texts()).filter((one) => /STOP|START/.test(one));
}

/** Waits until a message written last has been applied, and everything that follows from it has been sent. */
async function quiet(person: Person): Promise<void> {
  await eventually(async () => {
    const waiting = await stack.sql(
      `SELECT id::text AS id FROM messages WHERE direction = 'out' AND status IN ('accepted', 'queued', 'sending')
       UNION ALL SELECT event_id FROM inbound_events WHERE applied_at IS NULL AND type <> 'receipt'`,
    );
    expect(waiting).toEqual([]);
  });
  await person.inbox();
}

/** The wishes of an address as they were recorded, oldest first. */
async function wishes(address: string): Promise<string[]> {
  const rows = await eventually(() =>
    stack.sql<{ value: string }>(
      `SELECT fact->>'value' AS value FROM inbound_events
       WHERE type = 'consent' AND fact->>'address' = $1 AND applied_at IS NOT NULL ORDER BY id`,
      [address],
    ),
  );
  return rows.map(({ value }) => value);
}

describe('STOP', () => {
  it('P11, B5: ends a backlog of 1,000 queued and scheduled messages at once, with one confirmation', async () => {
    const { person, conversationId } = await known();
    await pace(20);
    const bodies = Array.from({ length: 1_000 }, (_, at) =>
      text(person.address, `backlog ${at}`, at % 10 === 0 ? { delay: 5_000 + at } : {}),
    );
    const told: Told[] = [];
    for (let from = 0; from < bodies.length; from += 50) {
      const some = await Promise.all(bodies.slice(from, from + 50).map((body) => send(stack, body)));
      told.push(...some.map(({ body }) => body));
    }
    expect(told.every(({ messageId }) => messageId !== undefined)).toBe(true);
    await person.sees((inbox) => inbox.length > 20, 30_000);
    await person.writes('Stop.');
    // The carrier is answered once the wish is committed; from then on the clock runs.
    const stoppedAt = await eventually(async () => {
      const [row] = await stack.sql<{ at: string }>(
        `SELECT clock_timestamp() AS at FROM inbound_events WHERE type = 'consent' AND fact->>'address' = $1`,
        [person.address],
      );
      expect(row).toBeDefined();
      return Date.parse(String(row?.at));
    });
    await eventually(
      async () => {
        const [row] = await stack.sql<{ open: string }>(
          `SELECT count(*) AS open FROM messages WHERE id = ANY ($1::uuid[]) AND status <> ALL ($2)`,
          [told.map(({ messageId }) => messageId), ['blocked', 'sent', 'delivered']],
        );
        expect(Number(row?.open)).toBe(0);
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    const late = (await smsCalls(stack, person.address)).filter(
      (call) => String(call.request['Body']).startsWith('backlog') && Date.parse(call.at) > stoppedAt + 1_000,
    );
    expect(late).toEqual([]);
    const scheduled = told.filter((_, at) => at % 10 === 0).map(({ messageId }) => messageId);
    const rows = await stack.sql<{ status: string; count: string }>(
      `SELECT status, count(*) FROM messages WHERE id = ANY ($1::uuid[]) GROUP BY status`,
      [scheduled],
    );
    expect(rows).toEqual([{ status: 'blocked', count: '100' }]);
    expect(await answers(person)).toEqual([expect.stringMatching(/START/)]);
    await person.writes('STOP');
    await eventually(async () => expect(await wishes(person.address)).toEqual(['stop', 'stop']));
    await quiet(person);
    expect(await answers(person)).toHaveLength(1);
    expect(await turns(conversationId)).toEqual([]);
    const refused = await send(stack, text(person.address, 'one more'), { prefer: 'wait=10' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'opted_out' } });
    await pace(null);
  });
});

describe('keywords', () => {
  it('P11: HELP is answered once each and changes nothing; nobody is woken', async () => {
    const { person, conversationId } = await known();
    await person.writes('HELP');
    await person.sees((inbox) => inbox.length === 2);
    await person.writes('info');
    await person.sees((inbox) => inbox.length === 3);
    await quiet(person);
    expect(await answers(person)).toHaveLength(2);
    expect(await turns(conversationId)).toEqual([]);
    const { body } = await send(stack, text(person.address, 'still there?'), { prefer: 'wait=10' });
    expect(body.delivered).toBe(true);
  });

  it('P11: START restores and says so; YES restores too, but only somebody who is out', async () => {
    const { person, conversationId } = await known();
    for (const [stop, start] of [
      ['stop', 'START'],
      ['Unsubscribe!', 'yes'],
    ] as const) {
      const before = (await answers(person)).length;
      await person.writes(stop);
      await eventually(async () => expect(await answers(person)).toHaveLength(before + 1));
      const refused = await send(stack, text(person.address, 'not now'), { prefer: 'wait=10' });
      expect(refused.body).toMatchObject({ code: 'opted_out' });
      await person.writes(start);
      await eventually(async () => expect(await answers(person)).toHaveLength(before + 2));
      const { body } = await send(stack, text(person.address, `after ${start}`), { prefer: 'wait=10' });
      expect(body.delivered).toBe(true);
    }
    expect(await turns(conversationId)).toEqual([]);
    await person.writes('yes');
    await eventually(async () => expect(await turns(conversationId)).toHaveLength(1));
    const thread = await entries(stack, conversationId);
    expect(thread.map(({ text: said }) => said)).toEqual(expect.arrayContaining(['stop', 'START', 'yes']));
  });

  it('P11: a sentence is no keyword: it is for the agent', async () => {
    const { person, conversationId } = await known();
    await person.writes('Stop texting me so early');
    await eventually(async () => expect(await turns(conversationId)).toHaveLength(1));
    expect(await wishes(person.address)).toEqual([]);
  });
});

describe('a platform that answers by itself', () => {
  it('P11: what it answered and said so is not answered twice, and counts all the same', async () => {
    await twilioOptOut(stack, 'advanced');
    const { person, conversationId } = await known();
    await person.writes('STOP');
    await eventually(async () => expect(await wishes(person.address)).toEqual(['stop']));
    await quiet(person);
    expect(await answers(person)).toHaveLength(1);
    const refused = await send(stack, text(person.address, 'no'), { prefer: 'wait=10' });
    expect(refused.body).toMatchObject({ code: 'opted_out' });
    await person.writes('START');
    await eventually(async () => expect(await wishes(person.address)).toEqual(['stop', 'start']));
    await person.writes('HELP');
    await eventually(async () => expect(await wishes(person.address)).toHaveLength(3));
    await quiet(person);
    expect(await answers(person)).toHaveLength(3);
    const { body } = await send(stack, text(person.address, 'back'), { prefer: 'wait=10' });
    expect(body.delivered).toBe(true);
    expect(await turns(conversationId)).toEqual([]);
  });

  it('P11: a keyword of the platform’s own choice counts, and wakes nobody', async () => {
    const { person, conversationId } = await known();
    const form = { ...inboundForm(stack, 'SMcustom', person.address, 'ya basta'), OptOutType: 'STOP' };
    expect((await twilioWebhook(stack, form)).status).toBe(200);
    expect(await applied(stack, 'SMcustom:consent')).toBe('consent');
    expect(await applied(stack, 'SMcustom')).toBe('message');
    await quiet(person);
    expect(await turns(conversationId)).toEqual([]);
    const refused = await send(stack, text(person.address, 'no'), { prefer: 'wait=10' });
    expect(refused.body).toMatchObject({ code: 'opted_out' });
  });

  it('P11: where it does so silently, the person still sees one confirmation', async () => {
    await twilioOptOut(stack, 'default');
    const { person } = await known();
    await person.writes('STOP');
    await eventually(async () => expect(await wishes(person.address)).toEqual(['stop']));
    await quiet(person);
    expect(await answers(person)).toHaveLength(1);
    await twilioOptOut(stack, 'off');
  });
});
