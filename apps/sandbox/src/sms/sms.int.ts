import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@skein/testing';
import { request } from 'undici';
import { Rig } from '../testing/rig.js';
import { PDU, Session } from './smpp-library.js';
import type { Pdu, SmppSession } from './smpp-library.js';
import { signatureOf } from './twilio-notices.js';

const SID = `AC${'1'.repeat(32)}`;
const FROM = '+15005550006';

interface Posted {
  url: string;
  fields: Record<string, string>;
  signature: string;
}

let rig: Rig;
let server: Server;
let base: string;
const posted: Posted[] = [];

beforeAll(async () => {
  rig = await Rig.start();
  server = createServer((incoming: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const signature = String(incoming.headers['x-twilio-signature']);
      posted.push({ url: `${base}${incoming.url ?? ''}`, fields, signature });
      response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void posted.splice(0));
afterAll(async () => {
  await rig.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const registerTwilio = (more = {}) =>
  rig.call('POST', '/accounts', {
    ...{ kind: 'sms', carrier: 'twilio', channelId: 'tw', accountSid: SID, authToken: 't', from: FROM },
    ...{ webhookUrl: `${base}/in`, ...more },
  });

async function create(form: Record<string, string> | [string, string][], login = `${SID}:t`) {
  const answer = await request(`${rig.sandbox.url}/sms/2010-04-01/Accounts/${SID}/Messages.json`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

const message = (To: string, more = {}) => create({ To, From: FROM, Body: 'Hi', ...more });

describe('Twilio', () => {
  beforeAll(() => registerTwilio());

  it('takes a message, shows it, and calls back with signed statuses in order', async () => {
    const made = await message('+15551110001', {
      Body: 'a'.repeat(161),
      StatusCallback: `${base}/s?call=7%3A1`,
    });
    expect(made).toMatchObject({ status: 201, body: { status: 'queued', num_segments: '2' } });
    expect(await rig.inbox('sms', '+15551110001')).toMatchObject([{ type: 'sms', text: 'a'.repeat(161) }]);
    await eventually(() => expect(posted).toHaveLength(2));
    expect(posted.map(({ fields }) => fields['MessageStatus'])).toEqual(['sent', 'delivered']);
    for (const { url, fields, signature } of posted) {
      expect(url).toBe(`${base}/s?call=7%3A1`);
      expect(signature).toBe(signatureOf(url, fields, 't'));
    }
  });

  it.each([
    [{ To: '+1' }, 21211],
    [{ To: '' }, 21604],
    [{ From: '' }, 21603],
    [{ From: '+15005550007' }, 21606],
    [{ Body: '' }, 21602],
    [{ Body: 'x'.repeat(1601) }, 21617],
    [{ MediaUrl: 'ftp://x' }, 21620],
    [{ To: '+15551990404' }, 21614],
    [{ To: '+15551990410' }, 21610],
  ])('refuses %j with %i', async (more, code) => {
    expect(await message('+15551110002', more)).toMatchObject({ status: 400, body: { code } });
  });

  it('refuses eleven files and a wrong login', async () => {
    const url = `${rig.sandbox.url}/files/small.jpg`;
    const files = Array.from({ length: 11 }, (): [string, string] => ['MediaUrl', url]);
    const form: [string, string][] = [['To', '+15551110003'], ['From', FROM], ...files];
    expect((await create(form)).body).toMatchObject({ code: 21623 });
    expect(await create({ To: '+15551110003' }, `${SID}:wrong`)).toMatchObject({
      status: 401,
      body: { code: 20003 },
    });
  });

  it('posts what a person writes, and gives their file to whoever logs in', async () => {
    await rig.write('sms', '+15551110004', { text: 'look', media: { file: 'small.jpg' } });
    await eventually(() => expect(posted).toHaveLength(1));
    const { url, fields, signature } = posted[0] as Posted;
    expect(signature).toBe(signatureOf(url, fields, 't'));
    expect(fields).toMatchObject({ From: '+15551110004', To: FROM, Body: 'look', NumMedia: '1' });
    const file = fields['MediaUrl0'] ?? '';
    expect((await request(file)).statusCode).toBe(401);
    const authorization = `Basic ${Buffer.from(`${SID}:t`).toString('base64')}`;
    const answer = await request(file, { headers: { authorization } });
    expect(answer.statusCode).toBe(307);
    expect((await request(String(answer.headers.location))).headers['content-type']).toBe('image/jpeg');
  });

  it.each([
    ['default', undefined],
    ['advanced', 'STOP'],
  ])('looks after STOP itself: %s', async (optOut, type) => {
    await registerTwilio({ optOut });
    const person = `+1555111${optOut === 'default' ? '1001' : '1002'}`;
    await rig.write('sms', person, { text: 'Stop', channelId: 'tw' });
    const stop = await eventually(() => {
      const found = posted.find(({ fields }) => fields['From'] === person);
      if (!found) throw new Error('nothing was posted');
      return found;
    });
    expect(stop.fields['OptOutType']).toBe(type);
    expect((await message(person)).body).toMatchObject({ code: 21610 });
    await rig.write('sms', person, { text: 'start' });
    expect((await message(person)).status).toBe(201);
    expect(await rig.inbox('sms', person)).toHaveLength(3);
    await registerTwilio();
  });

  it.each([
    ['throttle', 429],
    ['error', 503],
  ])('has the fault %s', async (fault, status) => {
    await rig.fault({ kind: 'sms', fault, address: '+15551110005', retryAfter: 2 });
    expect((await message('+15551110005')).status).toBe(status);
    expect((await message('+15551110005')).status).toBe(201);
  });

  it('cuts the line after it has taken a message', async () => {
    await rig.fault({ kind: 'sms', fault: 'reset_after_accept', address: '+15551110006' });
    await expect(message('+15551110006')).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR/),
    });
    expect(await rig.inbox('sms', '+15551110006')).toHaveLength(1);
  });

  it.each([
    ['out_of_order', ['delivered', 'sent']],
    ['duplicate_webhook', ['sent', 'sent', 'delivered']],
    ['lost_receipt', []],
  ])('has the fault %s', async (fault, expected) => {
    await rig.fault({ kind: 'sms', fault, address: '+15551110007' });
    await message('+15551110007', { StatusCallback: `${base}/s` });
    await message('+15551110008', { StatusCallback: `${base}/last` });
    await eventually(() => expect(posted.filter(({ url }) => url.endsWith('last'))).toHaveLength(2));
    const words = posted.filter(({ url }) => url.endsWith('/s')).map(({ fields }) => fields['MessageStatus']);
    expect(words).toEqual(expected);
  });
});

describe('the SMSC', () => {
  const sessions: SmppSession[] = [];
  const delivered: Pdu[] = [];
  const registerSmpp = (more = {}) =>
    rig.call('POST', '/accounts', {
      ...{ kind: 'sms', carrier: 'smpp', channelId: 'smsc', systemId: 'id', password: 'pw' },
      ...{ sourceAddress: '+442071838751', ...more },
    });

  async function bind(
    password = 'pw',
    command = 'bind_transceiver',
  ): Promise<{ session: SmppSession; status: number }> {
    const port = Number(new URL(rig.sandbox.addresses['smppUrl'] ?? '').port);
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const session = new Session({ socket });
    sessions.push(session);
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: Pdu) => {
      if (pdu.command !== 'deliver_sm') return;
      delivered.push(pdu);
      session.send(pdu.response());
    });
    const { command_status: status } = await ask(session, command, { system_id: 'id', password });
    return { session, status };
  }

  const ask = (session: SmppSession, command: string, fields = {}): Promise<Pdu> =>
    new Promise((resolve) => session.send(new PDU(command, fields), resolve));
  const submit = (session: SmppSession, to: string, more = {}): Promise<Pdu> =>
    ask(session, 'submit_sm', {
      ...{ source_addr: '442071838751', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: to },
      ...{ registered_delivery: 1, data_coding: 0, short_message: 'Hi', ...more },
    });

  beforeAll(() => registerSmpp());
  afterEach(() => {
    for (const session of sessions.splice(0)) session.destroy();
    delivered.splice(0);
  });

  it('lets in who has the password, and lets a receiver send nothing', async () => {
    expect((await bind('wrong')).status).toBe(0x0e);
    const { session } = await bind('pw', 'bind_receiver');
    expect((await submit(session, '15552220001')).command_status).toBe(0x04);
    expect((await ask(session, 'enquire_link')).command_status).toBe(0);
    expect((await ask(session, 'unbind')).command_status).toBe(0);
  });

  it('takes a message, shows it, and sends its receipt', async () => {
    const { session } = await bind();
    const answer = await submit(session, '15552220002');
    expect(answer).toMatchObject({ command_status: 0, message_id: expect.stringMatching(/^[0-9a-f]{8}$/) });
    await eventually(() => expect(delivered).toHaveLength(1));
    expect(delivered[0]).toMatchObject({
      esm_class: 4,
      receipted_message_id: answer['message_id'],
      message_state: 2,
      source_addr: '15552220002',
    });
    expect(await rig.inbox('sms', '+15552220002')).toMatchObject([{ text: 'Hi' }]);
  });

  it.each([
    [{ destination_addr: '0155' }, 0x0b],
    [{ dest_addr_ton: 0 }, 0x0b],
    [{ source_addr: 'other' }, 0x0a],
    [{ data_coding: 3 }, 0x104],
    [{ short_message: 'x'.repeat(161) }, 0x01],
    [{ destination_addr: '15552990404' }, 0x0b],
  ])('refuses %j with status %i', async (more, status) => {
    const { session } = await bind();
    const answer = await submit(session, '15552220003', more);
    expect([answer.command_status, answer['command_length']]).toEqual([status, 16]);
  });

  it('delivers what a person writes, in parts when it is long', async () => {
    await bind();
    await rig.write('sms', '+15552220004', { text: 'é'.repeat(100), channelId: 'smsc' });
    await eventually(() => expect(delivered).toHaveLength(2));
    expect(delivered.map(({ esm_class: esmClass, data_coding: coding }) => [esmClass, coding])).toEqual([
      [0x40, 8],
      [0x40, 8],
    ]);
  });

  it('keeps what nobody takes until somebody is there', async () => {
    await rig.write('sms', '+15552220005', { text: 'anybody?', channelId: 'smsc' });
    await bind();
    await eventually(() => expect(delivered).toHaveLength(1));
  });

  it('throttles who goes beyond the window', async () => {
    await registerSmpp({ window: 1 });
    const { session } = await bind();
    await rig.fault({ kind: 'sms', fault: 'hang', delayMs: 300, address: '+15552220006' });
    const [slow, fast] = await Promise.all([submit(session, '15552220006'), submit(session, '15552220007')]);
    expect([slow.command_status, fast.command_status]).toEqual([0, 0x58]);
    await registerSmpp();
  });
});
