import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { createRequire } from 'node:module';
import { entries, send, untilStatus } from './support/messages.js';
import { personOf } from './support/people.js';
import { newSmsNumber, smsCalls, smsFault } from './support/sms.js';

interface OfficialPdu {
  command: string;
  command_status: number;
  message_id?: string;
  response(): OfficialPdu;
}
interface OfficialSession {
  on(event: string, listener: (pdu: OfficialPdu) => void): void;
  send(pdu: OfficialPdu): void;
  close(): void;
  bind_transceiver(fields: object, done: (pdu: OfficialPdu) => void): void;
  submit_sm(fields: object, done: (pdu: OfficialPdu) => void): void;
}

const CHANNEL = 'sms-smpp';
const LOGIN = { systemId: 'skein', password: 'smpp-pw', sourceAddress: '+442071838751' };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { SKEIN_CALL_LEASE_MS: '3000', SKEIN_SWEEP_MS: '300' } });
  await account();
  const { host, port } = await smsc();
  const made = await stack.api('POST', '/v1/channels', {
    body: {
      ...{ id: CHANNEL, kind: 'sms', agentId: stack.dev.agentId, name: 'SMPP' },
      settings: { ratePerSecond: null, textOnly: true },
      credentials: { carrier: 'smpp', smpp: { host, port, ...LOGIN } },
    },
  });
  expect(made).toMatchObject({ status: 201, body: { account: `skein@${host}` } });
  await eventually(async () => {
    const binds = (await smsCalls(stack)).filter(({ operation }) => operation === 'bind_transceiver');
    expect(binds.map(({ answer }) => answer?.status)).toEqual([0]);
  });
});
afterAll(() => stack.stop());

/** Where the sandbox's SMSC listens. */
async function smsc(): Promise<{ host: string; port: number }> {
  const { body } = await stack.sandbox<{ smppUrl: string }>('GET', '/health');
  const { hostname: host, port } = new URL(body.smppUrl);
  return { host, port: Number(port) };
}

async function account(more: object = {}): Promise<void> {
  const body = { kind: 'sms', carrier: 'smpp', channelId: CHANNEL, ...LOGIN, ...more };
  expect((await stack.sandbox('POST', '/accounts', { body })).status).toBe(201);
}

const wait = { prefer: 'wait=10' };
const phone = (address = newSmsNumber()) => {
  const person = personOf(stack, 'sms', address);
  const writes = (what: string | object) =>
    person.writes({ channelId: CHANNEL, ...(typeof what === 'string' ? { text: what } : what) });
  return { ...person, writes };
};
const text = (address: string, content: string, more = {}) => ({
  channelId: CHANNEL,
  to: { phoneNumber: address },
  text: content,
  ...more,
});
const submits = async (address: string) =>
  (await smsCalls(stack, address)).filter(({ operation }) => operation === 'submit_sm');

describe('text messages by SMPP', () => {
  it('P1, P11, P17: free-form any time, delivered', async () => {
    const person = phone();
    const { status, body } = await send(stack, text(person.address, 'Hi {there} €'), wait);
    expect([status, body.delivered]).toEqual([200, true]);
    await untilStatus(stack, body.messageId, ['delivered']);
    expect(await person.texts()).toEqual(['Hi {there} €']);
    expect((await submits(person.address))[0]?.request).toMatchObject({ dataCoding: 0, esmClass: 0 });
  });

  it('P17, R6: a long text is one call of several parts, delivered when all of them are', async () => {
    const person = phone();
    const long = `${'ñandú 😀 '.repeat(30)}end`;
    const { body } = await send(stack, text(person.address, long), wait);
    expect(body.delivered).toBe(true);
    await untilStatus(stack, body.messageId, ['delivered']);
    expect(await person.texts()).toEqual([long]);
    const calls = await submits(person.address);
    expect(calls.length).toBeGreaterThan(3);
    for (const { request } of calls) expect(request).toMatchObject({ dataCoding: 8, esmClass: 0x40 });
    const timeline = await stack.api('GET', `/v1/messages/${body.messageId}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain(`${calls.length} segments (UCS-2)`);
  });

  it('P2: a reply wakes the agent in the same thread; the same word twice is two messages', async () => {
    const person = phone();
    const sent = await send(stack, text(person.address, 'Is Friday good?'), wait);
    await person.writes('yes');
    await person.writes('yes');
    await eventually(async () => {
      const thread = await entries(stack, sent.body.conversationId ?? '');
      expect(thread.filter(({ author }) => author === 'user').map(({ text: said }) => said)).toEqual([
        'yes',
        'yes',
      ]);
      expect(thread.some(({ author }, at) => at > 1 && author === 'agent')).toBe(true);
    });
  });

  it('R5: a long message of a person is joined, whatever the order of its parts', async () => {
    const person = phone();
    const sent = await send(stack, text(person.address, 'Tell me more'), wait);
    const story = `${'Once upon a time 😀 '.repeat(12)}the end`;
    await person.writes({ text: story, order: 'reversed' });
    await eventually(async () => {
      const thread = await entries(stack, sent.body.conversationId ?? '');
      expect(thread.find(({ author }) => author === 'user')?.text).toBe(story);
    });
  });

  it('R5: a message that the SMSC repeats is one message', async () => {
    const person = phone();
    const sent = await send(stack, text(person.address, 'Tell me'), wait);
    await smsFault(stack, { fault: 'duplicate_webhook', times: 1, address: person.address });
    await person.writes('once');
    await person.writes('twice');
    await eventually(async () => {
      const thread = await entries(stack, sent.body.conversationId ?? '');
      const said = thread.filter(({ author }) => author === 'user').map(({ text: words }) => words);
      expect(said).toEqual(['once', 'twice']);
    });
  });

  it('R6: a file goes out as its address', async () => {
    const person = phone();
    const url = `${stack.dev.sandboxUrl ?? ''}/files/small.pdf`;
    const content = { file: { url, caption: 'The plan' } };
    const { body } = await send(
      stack,
      { channelId: CHANNEL, to: { phoneNumber: person.address }, content },
      wait,
    );
    expect(body).toMatchObject({ delivered: true });
    expect((await person.texts())[0]).toContain(url);
  });

  it('P11: STOP and START are answered once each, and stop blocks', async () => {
    const person = phone();
    await send(stack, text(person.address, 'Hello'), wait);
    await person.writes('STOP');
    await person.sees((inbox) => inbox.length === 2);
    expect((await send(stack, text(person.address, 'no'), wait)).body).toMatchObject({ code: 'opted_out' });
    await person.writes('START');
    await person.sees((inbox) => inbox.length === 3);
    expect((await send(stack, text(person.address, 'back'), wait)).body.delivered).toBe(true);
  });
});

describe('receipts as carriers write them', () => {
  it.each([
    ['text alone, with seconds and a trailing NUL', { receiptStyle: 'text' }],
    ['TLVs alone, with esm_class 0', { receiptStyle: 'bare' }],
    ['hexadecimal in the answer, decimal in the receipt', { messageIds: 'mixed' }],
    ['decimal', { messageIds: 'decimal' }],
  ])('P17: %s', async (_, style) => {
    await account(style);
    const person = phone();
    const { body } = await send(stack, text(person.address, 'x'));
    await untilStatus(stack, body.messageId, ['delivered']);
    const long = await send(stack, text(person.address, 'x'.repeat(200)));
    await untilStatus(stack, long.body.messageId, ['delivered']);
    await account();
  });

  it('P17: before the answer to the submit', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'out_of_order', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'overtaken'));
    await untilStatus(stack, body.messageId, ['delivered']);
  });

  it('P17: twice, and not at all', async () => {
    const [twice, never] = [phone(), phone()];
    await smsFault(stack, { fault: 'duplicate_webhook', times: 1, address: twice.address });
    await smsFault(stack, { fault: 'lost_receipt', times: 1, address: never.address });
    const lost = await send(stack, text(never.address, 'x'), wait);
    const told = await send(stack, text(twice.address, 'x'));
    await untilStatus(stack, told.body.messageId, ['delivered']);
    await untilStatus(stack, lost.body.messageId, ['sent']);
  });
});

describe('what goes wrong at the SMSC', () => {
  it.each([
    ['990404', '0x0B'],
    ['990403', 'EXPIRED'],
    ['990405', 'UNDELIV'],
    ['990407', 'REJECTD'],
  ])('B2, P17: a number on %s fails with %s', async (ending, code) => {
    const { body } = await send(stack, text(newSmsNumber(ending), 'x'));
    await untilStatus(stack, body.messageId, ['failed']);
    const timeline = await stack.api('GET', `/v1/messages/${body.messageId}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain(code);
  });

  it('B2: throttled and refused for now, it goes out once it can', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'throttle', times: 1, address: person.address });
    await smsFault(stack, { fault: 'error', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'at last'));
    await untilStatus(stack, body.messageId, ['delivered']);
    expect((await submits(person.address)).map(({ answer }) => answer?.status)).toEqual([0x58, 0x08, 0]);
  });

  it('B2: a connection lost before the answer leaves it unknown, is not repeated, and comes back', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'reset_after_accept', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'taken'));
    await untilStatus(stack, body.messageId, ['unknown'], 30_000);
    expect(await person.texts()).toEqual(['taken']);
    const next = await send(stack, text(person.address, 'and on'));
    await untilStatus(stack, next.body.messageId, ['delivered'], 30_000);
    expect(await submits(person.address)).toHaveLength(2);
  });

  it('B2: a late answer still counts', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'hang', times: 1, delayMs: 2_500, address: person.address });
    const { body } = await send(stack, text(person.address, 'late'));
    await untilStatus(stack, body.messageId, ['delivered'], 30_000);
    expect(await person.texts()).toEqual(['late']);
  });

  it('keeps the window under load, in the order of each person', async () => {
    await account({ window: 10 });
    const people = Array.from({ length: 20 }, () => phone());
    const sent = await Promise.all(
      people.flatMap(({ address }) => ['1', '2', '3'].map((word) => send(stack, text(address, word)))),
    );
    for (const { body } of sent) await untilStatus(stack, body.messageId, ['delivered'], 30_000);
    for (const person of people) expect((await person.texts()).toSorted()).toEqual(['1', '2', '3']);
    const refused = (await smsCalls(stack)).filter(({ answer }) => answer?.status === 0x58);
    // The only throttled one is the fault of another test.
    expect(refused).toHaveLength(1);
    const { body: accounts } = await stack.sandbox<{ channelId: string; mostUnanswered?: number }[]>(
      'GET',
      '/accounts',
    );
    expect(accounts.find(({ channelId }) => channelId === CHANNEL)?.mostUnanswered).toBeLessThanOrEqual(10);
  });
});

describe('the smpp package as a client', () => {
  it('B10: sends through the sandbox and gets its receipt', async () => {
    const official = createRequire(import.meta.url)('smpp') as { connect(url: object): OfficialSession };
    await account({ systemId: 'official', channelId: 'sms-official' });
    const { host, port } = await smsc();
    const session = official.connect({ host, port });
    const delivered: OfficialPdu[] = [];
    session.on('deliver_sm', (pdu) => {
      delivered.push(pdu);
      session.send(pdu.response());
    });
    const bound = await new Promise<OfficialPdu>((resolve) => {
      session.bind_transceiver({ system_id: 'official', password: LOGIN.password }, resolve);
    });
    expect(bound.command_status).toBe(0);
    const address = newSmsNumber();
    const fields = {
      ...{ source_addr: LOGIN.sourceAddress.slice(1), source_addr_ton: 1, source_addr_npi: 1 },
      ...{ destination_addr: address.slice(1), dest_addr_ton: 1, dest_addr_npi: 1 },
      ...{ registered_delivery: 1, data_coding: 0, short_message: 'From the official client' },
    };
    const answer = await new Promise<OfficialPdu>((resolve) => session.submit_sm(fields, resolve));
    expect(answer).toMatchObject({ command_status: 0, message_id: expect.stringMatching(/^[0-9a-f]+$/) });
    await eventually(() => expect(delivered).toHaveLength(1));
    expect(await personOf(stack, 'sms', address).texts()).toEqual(['From the official client']);
    session.close();
  });
});

it('R8: a changed password opens another bind; with a wrong one nothing is sent', async () => {
  const { host, port } = await smsc();
  const change = (password: string) =>
    stack.api('PATCH', `/v1/channels/${CHANNEL}`, {
      body: { credentials: { carrier: 'smpp', smpp: { host, port, ...LOGIN, password } } },
    });
  const lastBind = (status: number) =>
    eventually(async () => {
      const binds = (await smsCalls(stack)).filter(({ operation }) => operation === 'bind_transceiver');
      expect(binds.at(-1)?.answer?.status).toBe(status);
      return binds.length;
    });
  const before = await lastBind(0);
  await account({ password: 'changed!' });
  expect((await change('changed!')).status).toBe(200);
  await eventually(async () => expect(await lastBind(0)).toBeGreaterThan(before));
  expect((await change('not-it')).status).toBe(200);
  await lastBind(0x0e);
  const person = phone();
  const { body } = await send(stack, text(person.address, 'x'));
  expect(await untilStatus(stack, body.messageId, ['queued'])).toMatchObject({ delivered: false });
  expect(await submits(person.address)).toEqual([]);
});
