import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, Connection, ConnectionKit, SendIo } from '@skein/channel-kit';
import type { InboundEvent } from '@skein/contracts';
import { eventually } from '@skein/testing';
import { SmsConfig } from '../config.js';
import { SmppConfig } from './config.js';
import { connection } from './connection.js';
import { PDU, Session } from './library.js';
import type { Pdu, PduFields, SmppSession } from './library.js';
import { submitText } from './submit.js';

/** An SMSC that answers as it is told. */
class Smsc {
  readonly sessions: SmppSession[] = [];
  readonly submits: Pdu[] = [];
  readonly binds: string[] = [];
  readonly heard: string[] = [];
  bindStatus = 0;
  /** What a submit is answered with; undefined: nothing. */
  onSubmit: (pdu: Pdu, session: SmppSession) => PduFields | undefined = () => ({
    message_id: `id${this.submits.length}`,
  });
  private server: Server | undefined;

  async open(port = 0): Promise<number> {
    this.server = createServer((socket) => this.welcome(new Session({ socket })));
    await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await new Promise<void>((resolve) => this.server?.close(() => resolve()));
  }

  cut(): void {
    for (const session of this.sessions.splice(0)) session.destroy();
  }

  /** The status with which a deliver_sm is answered. */
  deliver(fields: PduFields): Promise<number> {
    const session = this.sessions.at(-1);
    return new Promise((resolve) => {
      session?.send(new PDU('deliver_sm', fields), (answer) => resolve(answer.command_status));
    });
  }

  private welcome(session: SmppSession): void {
    this.sessions.push(session);
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: Pdu) => this.take(session, pdu));
  }

  private take(session: SmppSession, pdu: Pdu): void {
    this.heard.push(pdu.command);
    if (pdu.isResponse()) return;
    if (pdu.command.startsWith('bind')) {
      this.binds.push(pdu.command);
      session.send(pdu.response(this.bindStatus === 0 ? {} : { command_status: this.bindStatus }));
    } else if (pdu.command === 'submit_sm') {
      this.submits.push(pdu);
      const answer = this.onSubmit(pdu, session);
      if (answer) session.send(pdu.response(answer));
    } else session.send(pdu.response());
  }
}

let smsc: Smsc;
let port: number;
let http: GuardedClient;
let opened: Connection | undefined;
let accepted: InboundEvent[];
let refusals: string[];
let accept: ConnectionKit['accept'];
let number = 0;

beforeEach(async () => {
  smsc = new Smsc();
  port = await smsc.open();
  http = new GuardedClient([`127.0.0.1:${port}`]);
  accepted = [];
  refusals = [];
  accept = async (events) => void accepted.push(...events);
  number += 1;
});
afterEach(async () => {
  await opened?.stop();
  opened = undefined;
  await smsc.close();
  await http.close();
});

function settings(more: Partial<SmppConfig> = {}): SmppConfig {
  const login = { systemId: 's', password: 'p', sourceAddress: '+442071838750' };
  return Object.assign(new SmppConfig(), { host: '127.0.0.1', port, ...login, ...more });
}

async function open(more: Partial<SmppConfig> = {}): Promise<SmppConfig> {
  const smpp = settings(more);
  const config = Object.assign(new SmsConfig(), { carrier: 'smpp' as const, smpp });
  const row = {
    id: `c${number}`,
    workspaceId: 'w',
    kind: 'sms',
    account: 's@h',
    agentId: 'a',
    name: '',
  } as const;
  const account: ChannelAccount<SmsConfig> = { ...row, status: 'active', settings: {}, config };
  const logger = {} as ConnectionKit['logger'];
  const misconfigured = async (detail: string): Promise<void> => void refusals.push(detail);
  const state = { remembered: null, remember: () => Promise.resolve() };
  const kit: ConnectionKit = { accept: (events) => accept(events), http, logger, misconfigured, ...state };
  opened = await connection.open(account, kit);
  return smpp;
}

function send(smpp: SmppConfig, text = 'Hi', signal = AbortSignal.timeout(8_000)) {
  const io: Pick<SendIo, 'signal' | 'http'> = { signal, http };
  return submitText({ to: '+491701234567', text, mediaUrls: [] }, { id: `c${number}`, smpp }, io);
}

const receipt = (id: string, stat = 'DELIVRD'): PduFields => ({
  esm_class: 4,
  short_message: Buffer.from(`id:${id} stat:${stat} err:000`),
});
const written = (text: string): PduFields => ({
  source_addr_ton: 1,
  source_addr: '491701234567',
  data_coding: 0,
  short_message: Buffer.from(text),
});

describe('submits', () => {
  it('P2: go out over one bind, with the id of the SMSC', async () => {
    const smpp = await open();
    expect(await send(smpp)).toEqual({ kind: 'receipt', providerId: 'id1', note: '1 segment (GSM-7)' });
    await Promise.all([send(smpp), send(smpp)]);
    expect(smsc.binds).toEqual(['bind_transceiver']);
    expect(smsc.submits[0]).toMatchObject({
      registered_delivery: 1,
      destination_addr: '491701234567',
      data_coding: 0,
    });
  });

  it('P2: a long message is one call', async () => {
    const smpp = await open();
    expect(await send(smpp, 'ñ'.repeat(200))).toEqual({
      kind: 'receipt',
      providerId: 'id1*2',
      note: '2 segments (GSM-7)',
    });
    expect(smsc.submits).toHaveLength(2);
  });

  it('P2: a long message goes as one payload where the SMSC cuts it', async () => {
    const smpp = await open({ longMessages: 'payload' });
    expect(await send(smpp, '語'.repeat(100))).toMatchObject({
      providerId: 'id1',
      note: '2 segments (UCS-2)',
    });
    expect(smsc.submits).toHaveLength(1);
    expect(smsc.submits[0]).toMatchObject({ esm_class: 0, message_payload: { message: '語'.repeat(100) } });
  });

  it('keeps the window', async () => {
    const smpp = await open({ window: 3 });
    const unanswered: [Pdu, SmppSession][] = [];
    smsc.onSubmit = (pdu, session) => void unanswered.push([pdu, session]);
    const sending = Array.from({ length: 7 }, () => send(smpp));
    for (let done = 0; done < 7;) {
      await eventually(() => expect(unanswered.length).toBe(Math.min(3, 7 - done)));
      await soon();
      expect(unanswered.length).toBeLessThanOrEqual(3);
      const [pdu, session] = unanswered.shift() as [Pdu, SmppSession];
      session.send(pdu.response({ message_id: `w${done}` }));
      done += 1;
      if (done > 4) await eventually(() => expect(unanswered.length).toBe(7 - done));
    }
    expect((await Promise.all(sending)).map(({ kind }) => kind)).toEqual(
      Array.from({ length: 7 }, () => 'receipt'),
    );
  });

  it.each([
    [0x58, { kind: 'throttled', scope: 'channel' }],
    [0x14, { kind: 'throttled' }],
    [0x0b, { kind: 'rejected', reason: 'invalid_address' }],
    [0x08, { kind: 'unavailable' }],
  ])('B2: an error answer of 16 octets with status %i', async (status, expected) => {
    const smpp = await open();
    smsc.onSubmit = () => ({ command_status: status });
    expect(await send(smpp)).toMatchObject(expected);
  });

  it('B2: without an answer the outcome is not known', async () => {
    const smpp = await open();
    smsc.onSubmit = (_pdu, session) => void session.destroy();
    expect(await send(smpp)).toMatchObject({ kind: 'indeterminate' });
    await eventually(() => expect(smsc.binds).toHaveLength(2));
    smsc.onSubmit = () => ({ message_id: 'again' });
    expect(await send(smpp)).toMatchObject({ kind: 'receipt', providerId: 'again' });
  });

  it('B2: nothing is sent while the SMSC is away, and it comes back by itself', async () => {
    const smpp = await open();
    await send(smpp);
    await smsc.close();
    // Until the loss is seen, a call may still be written into the dead connection.
    await eventually(async () => expect((await send(smpp)).kind).toBe('unavailable'));
    await smsc.open(port);
    await eventually(async () => expect((await send(smpp)).kind).toBe('receipt'));
  });

  it('B2: a refused login is the account’s fault', async () => {
    smsc.bindStatus = 0x0e;
    const smpp = await open();
    expect(await send(smpp)).toMatchObject({ kind: 'misconfigured' });
    expect(refusals).toEqual(['The SMSC answered: invalid password.']);
  });

  it('B2: a login that is bound already is waited for', async () => {
    smsc.bindStatus = 0x05;
    const smpp = await open();
    expect(await send(smpp)).toMatchObject({ kind: 'unavailable' });
    smsc.bindStatus = 0;
    await eventually(async () => expect((await send(smpp)).kind).toBe('receipt'));
  });

  it('B2: a later part waits and is tried again; one that is refused makes the call fail', async () => {
    const smpp = await open();
    let tries = 0;
    smsc.onSubmit = () => {
      tries += 1;
      return tries === 2 ? { command_status: 0x58 } : { message_id: `p${tries}` };
    };
    expect(await send(smpp, 'a'.repeat(200))).toMatchObject({ kind: 'receipt', providerId: 'p1*2' });
    smsc.onSubmit = () => (smsc.submits.length % 2 === 0 ? { message_id: 'x' } : { command_status: 0x0b });
    const refused = await send(smpp, 'a'.repeat(200));
    expect(refused).toMatchObject({ kind: 'rejected', detail: expect.stringMatching(/1 of 2 parts/) });
  });

  it('never calls a private address that is not allowed', async () => {
    const smpp = await open({ port: 1 });
    expect(await send(smpp)).toMatchObject({ kind: 'misconfigured' });
  });

  it('P2: a transmitter and a receiver where the SMSC knows no transceiver', async () => {
    const smpp = await open({ bind: 'pair' });
    expect(await send(smpp)).toMatchObject({ kind: 'receipt' });
    await eventually(() => expect([...smsc.binds].sort()).toEqual(['bind_receiver', 'bind_transmitter']));
  });
});

describe('what comes in', () => {
  const bound = () => eventually(() => expect(smsc.binds.length).toBeGreaterThan(0));

  it('P17: receipts of a part each, told as one', async () => {
    const smpp = await open();
    await send(smpp, 'a'.repeat(200));
    expect(await smsc.deliver(receipt('ID2'))).toBe(0);
    expect(accepted).toEqual([]);
    expect(await smsc.deliver(receipt('ID1'))).toBe(0);
    expect(accepted).toMatchObject([{ type: 'receipt', providerMessageId: 'id1*2', status: 'delivered' }]);
  });

  it('P17: a receipt in another base that overtakes the answer', async () => {
    const smpp = await open();
    smsc.onSubmit = (pdu, session) => {
      void smsc.deliver(receipt('1891273321'));
      setTimeout(() => session.send(pdu.response({ message_id: '70BA8A69' })), 100);
      return undefined;
    };
    expect(await send(smpp)).toMatchObject({ providerId: '70ba8a69' });
    await eventually(() =>
      expect(accepted).toMatchObject([{ providerMessageId: '70ba8a69', status: 'delivered' }]),
    );
  });

  it('R2: a message is acknowledged when it is durable, and refused for now when it is not', async () => {
    await open();
    await bound();
    accept = () => Promise.reject(new Error('the database is away'));
    expect(await smsc.deliver(written('hello'))).toBe(0x64);
    accept = async (events) => void accepted.push(...events);
    expect(await smsc.deliver(written('hello'))).toBe(0);
    expect(await smsc.deliver(written('hello'))).toBe(0);
    expect(accepted.map((event) => 'content' in event && event.content.text)).toEqual(['hello', 'hello']);
    expect(accepted[0]?.eventId).not.toBe(accepted[1]?.eventId);
  });

  it('R2: a message whose acknowledgement was lost with the connection is the same message', async () => {
    await open();
    await bound();
    let durable: () => void = () => undefined;
    let isWaiting = false;
    accept = async (events) => {
      isWaiting = true;
      await new Promise<void>((resolve) => (durable = resolve));
      accepted.push(...events);
    };
    void smsc.deliver(written('once'));
    await eventually(() => expect(isWaiting).toBe(true));
    smsc.cut();
    durable();
    accept = async (events) => void accepted.push(...events);
    await eventually(() => expect(smsc.binds).toHaveLength(2));
    expect(await smsc.deliver(written('once'))).toBe(0);
    expect(accepted).toHaveLength(2);
    expect(accepted[0]?.eventId).toBe(accepted[1]?.eventId);
  });

  it('R5: parts of a long message, the last first', async () => {
    await open();
    await bound();
    for (const [at, text] of [
      [2, ' world'],
      [1, 'hello'],
    ] as const) {
      const short_message = Buffer.concat([Buffer.from([5, 0, 3, 7, 2, at]), Buffer.from(text)]);
      expect(await smsc.deliver({ ...written(''), esm_class: 0x40, short_message })).toBe(0);
    }
    expect(accepted).toMatchObject([
      { type: 'message', address: '+491701234567', content: { text: 'hello world' } },
    ]);
  });

  it('gives an unfinished message out when it stops', async () => {
    await open();
    await bound();
    const short_message = Buffer.concat([Buffer.from([5, 0, 3, 7, 2, 1]), Buffer.from('hello')]);
    await smsc.deliver({ ...written(''), esm_class: 0x40, short_message });
    await opened?.stop();
    expect(accepted).toMatchObject([{ content: { text: 'hello […]' } }]);
  });

  it('answers enquire_link, and asks itself', async () => {
    await open({ enquireSeconds: 1 });
    await bound();
    const session = smsc.sessions.at(-1);
    const answered = new Promise<number>((resolve) => {
      session?.send(new PDU('enquire_link'), (pdu) => resolve(pdu.command_status));
    });
    expect(await answered).toBe(0);
    await eventually(() => expect(smsc.heard).toContain('enquire_link'));
  });

  it('comes back after an unbind, and unbinds when it stops', async () => {
    await open();
    await bound();
    smsc.sessions.at(-1)?.send(new PDU('unbind'));
    await eventually(() => expect(smsc.binds).toHaveLength(2));
    await opened?.stop();
    expect(smsc.heard).toContain('unbind');
  });

  it('survives garbage', async () => {
    await open();
    await bound();
    const socket = (smsc.sessions.at(-1) as SmppSession & { socket: { write(octets: Buffer): void } }).socket;
    socket.write(Buffer.from('ffffffff00000005000000000000000168656c6c6f', 'hex'));
    await eventually(() => expect(smsc.binds.length).toBeGreaterThan(1));
  });
});
