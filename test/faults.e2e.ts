import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { audit, untilQuiet } from './support/audit.js';
import { send, untilStatus, type Told } from './support/messages.js';
import { newNumber, openWindow, personOf, type Person } from './support/people.js';

let stack: Stack;
// Provider calls end after 0.4 of the lease, so an unknown outcome is known to be unknown within three seconds.
beforeEach(
  async () =>
    void (stack = await startStack({
      split: true,
      // Each test starts its own; what it does not need is a second of two cores each.
      services: ['api', 'router', 'threads', 'agents', 'whatsapp'],
      env: { SKEIN_CALL_LEASE_MS: '3000', SKEIN_SWEEP_MS: '300' },
    })),
);
afterEach(() => stack.stop());

const crowd = async (size: number): Promise<Person[]> => {
  const people = await Promise.all(Array.from({ length: size }, () => openWindow(stack, newNumber())));
  await untilQuiet(stack);
  return people;
};

/** Sends rounds of messages, one per person and round, each with its own key, repeating whatever was not accepted. */
async function load(people: Person[], rounds: number): Promise<string[]> {
  const ids: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      people.map(async ({ address }) => {
        const key = `load-${address}-${round}`;
        const body = { channel: 'whatsapp', to: { phoneNumber: address }, text: `round ${round}` };
        const told = await eventually(
          async () => {
            const answer = await send(stack, body, { 'idempotency-key': key });
            expect(answer.status).toBe(202);
            return answer.body;
          },
          { timeoutMs: 60_000, everyMs: 200 },
        );
        ids.push(told.messageId);
      }),
    );
  }
  return ids;
}

async function allArrived(people: Person[], rounds: number): Promise<void> {
  for (const person of people) {
    const texts = (await person.texts()).filter((text) => text.startsWith('round'));
    expect(texts).toEqual(Array.from({ length: rounds }, (_, round) => `round ${round}`));
  }
}

const fault = (body: object) => stack.sandbox('POST', '/faults', { body: { kind: 'whatsapp', ...body } });

describe('the whatsapp service is killed', () => {
  it('before the provider took the call: the outcome is unknown, and nothing is sent again', async () => {
    const [person] = await crowd(1);
    await fault({ fault: 'hang', times: 1 });
    const { body } = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'lost in the air',
    });
    await untilStatus(stack, body.messageId, ['sending', 'queued']);
    await eventually(async () =>
      expect(
        await stack.sql(`SELECT 1 FROM calls WHERE message_id = $1 AND state = 'sending'`, [body.messageId]),
      ).toHaveLength(1),
    );
    await stack.service('whatsapp').kill('SIGKILL');
    await stack.service('whatsapp').restart();
    const told = await untilStatus(stack, body.messageId, ['unknown'], 30_000);
    expect(told).toMatchObject({ delivered: false, queued: false });
    await audit(stack);
  });

  it('after the provider took it: the receipt settles what the answer could not', async () => {
    const [person] = await crowd(1);
    await fault({ fault: 'reset_after_accept', times: 1 });
    const { body } = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'taken',
    });
    await stack.service('whatsapp').kill('SIGKILL');
    await stack.service('whatsapp').restart();
    await untilStatus(stack, body.messageId, ['delivered', 'read'], 30_000);
    expect((await person!.texts()).filter((text) => text === 'taken')).toHaveLength(1);
    await audit(stack);
  });

  it('again and again under load: every message ends in one true status', async () => {
    const people = await crowd(10);
    const sending = load(people, 6);
    for (let times = 0; times < 3; times += 1) {
      await eventually(
        async () => {
          const [row] = await stack.sql<{ count: string }>(`SELECT count(*) FROM calls WHERE state = 'sent'`);
          return Number(row?.count) > people.length * (times + 1);
        },
        { timeoutMs: 60_000 },
      );
      await stack.service('whatsapp').kill('SIGKILL');
      await stack.service('whatsapp').restart();
    }
    await sending;
    await untilQuiet(stack);
    const { messages, byStatus } = await audit(stack);
    const { sent = 0, delivered = 0, unknown = 0 } = byStatus;
    expect(sent + delivered + unknown).toBe(messages);
    expect(messages).toBeGreaterThanOrEqual(60);
  });
});

describe('something else goes away under load', () => {
  const ROUNDS = 5;

  it.each([
    ['the router', async () => stack.service('router')],
    ['the thread service', async () => stack.service('threads')],
    ['nats-server', async () => stack.nats],
    ['PostgreSQL', async () => stack.postgres],
  ])('%s is killed and comes back: all arrives once and in order', async (name, part) => {
    const people = await crowd(8);
    const sending = load(people, ROUNDS);
    const victim = await part();
    await victim.kill(name === 'PostgreSQL' ? 'SIGQUIT' : 'SIGKILL');
    await victim.restart();
    await sending;
    await untilQuiet(stack);
    await audit(stack);
    const [unknown] = await stack.sql<{ count: string }>(
      `SELECT count(*) FROM messages WHERE status = 'unknown'`,
    );
    if (Number(unknown?.count) === 0) await allArrived(people, ROUNDS);
  });

  it('JetStream loses its store: what was accepted still goes out, what was received still counts', async () => {
    const people = await crowd(5);
    await stack.service('router').stop();
    await stack.service('threads').stop();
    const sending = await load(people, 2);
    const writer = personOf(stack, 'whatsapp', people[0]!.address);
    await writer.writes('a reply before the loss');
    const stopper = personOf(stack, 'whatsapp', people[1]!.address);
    await stopper.writes('STOP');
    await eventually(async () => {
      const rows = await stack.sql(`SELECT 1 FROM inbound_events WHERE type = 'consent'`);
      expect(rows).toHaveLength(1);
    });
    await stack.wipeJetStream();
    await stack.service('threads').restart();
    await stack.service('router').restart();
    await untilQuiet(stack);
    const told = await Promise.all(sending.map((id) => stack.api<Told>('GET', `/v1/messages/${id}`)));
    const blocked = told.filter((answer) => answer.body.status === 'blocked');
    expect(blocked.map((answer) => answer.body.reason)).toEqual(['opted_out', 'opted_out']);
    expect(told.filter((answer) => ['sent', 'delivered'].includes(answer.body.status))).toHaveLength(8);
    expect((await stopper.texts()).filter((text) => text.startsWith('round'))).toEqual([]);
    expect(
      await stack.sql(`SELECT 1 FROM messages WHERE direction = 'in' AND text = 'a reply before the loss'`),
    ).toHaveLength(1);
    await audit(stack);
  });
});

describe('while something is away', () => {
  it('NATS away: still 202, and the message goes out when it is back', async () => {
    const [person] = await crowd(1);
    await stack.nats.kill('SIGKILL');
    const answer = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'patience',
    });
    expect(answer.status).toBe(202);
    expect((await stack.api('GET', `/v1/messages/${answer.body.messageId}`)).status).toBe(200);
    await stack.nats.restart();
    await untilStatus(stack, answer.body.messageId, ['sent', 'delivered'], 30_000);
  });

  it('PostgreSQL away: 503 with Retry-After, no process ends, and all works when it is back', async () => {
    const [person] = await crowd(1);
    await stack.postgres.kill('SIGQUIT');
    const body = { channel: 'whatsapp', to: { phoneNumber: person!.address }, text: 'second try' };
    const headers = { 'idempotency-key': 'second-try' };
    const refused = await send(stack, body, headers);
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await stack.postgres.restart();
    const told = await eventually(
      async () => {
        const answer = await send(stack, body, headers);
        expect(answer.status).toBe(202);
        return answer.body;
      },
      { timeoutMs: 30_000 },
    );
    await untilStatus(stack, told.messageId, ['sent', 'delivered'], 30_000);
    expect((await person!.texts()).filter((text) => text === 'second try')).toHaveLength(1);
  });

  it('the router away: a GET right after the 202 finds the message', async () => {
    await stack.service('router').kill('SIGKILL');
    const answer = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: newNumber() },
      text: 'early',
    });
    const { status, body } = await stack.api<Told>('GET', `/v1/messages/${answer.body.messageId}`);
    expect([answer.status, status, body.status]).toEqual([202, 200, 'accepted']);
  });
});

describe('receipts and faults of the provider', () => {
  it.each(['out_of_order', 'duplicate_webhook'])('P17: %s changes nothing in the end', async (name) => {
    const [person] = await crowd(1);
    await fault({ fault: name, times: 3 });
    const { body } = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'odd receipts',
    });
    await untilStatus(stack, body.messageId, ['delivered', 'read']);
    await untilQuiet(stack);
    await audit(stack);
  });

  it('a throttle and an error are waited out; the message arrives once', async () => {
    const [person] = await crowd(1);
    await fault({ fault: 'throttle', times: 1, retryAfter: 1 });
    await fault({ fault: 'error', times: 1 });
    const { body } = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'third time lucky',
    });
    await untilStatus(stack, body.messageId, ['sent', 'delivered'], 40_000);
    expect((await person!.texts()).filter((text) => text === 'third time lucky')).toHaveLength(1);
    await audit(stack);
  });

  it('B2: window_closed from the provider sends the message back to its policy', async () => {
    const [person] = await crowd(1);
    await fault({ fault: 'window_closed', times: 1 });
    const options = { whatsapp: { onClosedWindow: 'fail' } };
    const answer = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person!.address },
      text: 'too late',
      options,
    });
    const told = await untilStatus(stack, answer.body.messageId, ['blocked', 'failed', 'delivered'], 20_000);
    expect(told).toMatchObject({ status: 'blocked', reason: 'window_closed' });
    expect(await person!.texts()).not.toContain('too late');
  });
});
