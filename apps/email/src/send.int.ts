import { createConnection } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GuardedClient,
  type ChannelAccount,
  type ListenerKit,
  type OutboundCall,
  type SendIo,
} from '@skein/channel-kit';
import type { EmailPart, InboundEvent } from '@skein/contracts';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { EmailConfig } from './config.js';
import { listenOn } from './listen.js';
import { send } from './send.js';
import { closeTransports } from './transports.js';

interface Taken {
  from: string;
  to: string[];
  raw: string;
}

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  closeTransports();
  for (const stop of stops.splice(0)) await stop();
});

/** A mail server that refuses local parts with a reply in their name, and answers DATA as told. */
async function mailServer(
  atData: 'take' | 'cut' | 'refuse' = 'take',
): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const sockets: Socket[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    hideENHANCEDSTATUSCODES: true,
    onRcptTo({ address }, _session, done) {
      const code = Number(/^r(\d{3})/.exec(address)?.[1] ?? 0);
      done(code === 0 ? null : Object.assign(new Error(`${code}`), { responseCode: code }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (atData === 'cut') return sockets.forEach((socket) => socket.resetAndDestroy());
        if (atData === 'refuse') return done(Object.assign(new Error('4.3.0 busy'), { responseCode: 451 }));
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        taken.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done(null);
      });
    },
  });
  server.server.on('connection', (socket: Socket) => sockets.push(socket));
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, taken };
}

function account(port: number): ChannelAccount<EmailConfig> {
  const smtp = { host: '127.0.0.1', port, secure: false };
  const config = Object.assign(new EmailConfig(), {
    address: 'agent@acme.example',
    fromName: 'Agent',
    smtp,
    returnPathKey: 'key',
  });
  const row = {
    id: 'c',
    workspaceId: 'w',
    kind: 'email',
    account: 'agent@acme.example',
    agentId: 'a',
    name: '',
  } as const;
  return { ...row, status: 'active', settings: {}, config };
}

function call(part: Partial<EmailPart> = {}, address = 'ada@home.example'): OutboundCall {
  const ids = {
    callId: '42',
    callRef: '42:2',
    messageId: 'm',
    conversationId: '0190aaaa-bbbb-7ccc-dddd-eeeeeeeeeeee',
  };
  const full: EmailPart = {
    type: 'email',
    subject: 'Hello',
    text: 'Hi',
    html: '<p>Hi</p>',
    attachments: [],
    ...part,
  };
  return { ...ids, address, part: full, route: {}, purpose: 'message' };
}

/** The mail servers of these tests may be reached, and port 1, where nobody listens. */
function allow(port: number): GuardedClient {
  const http = new GuardedClient([`127.0.0.1:${port}`]);
  stops.push(() => http.close());
  return http;
}

const io: Omit<SendIo, 'http'> = {
  webhookUrl: '',
  signal: new AbortController().signal,
  publicUrl: () => '',
  bytes: (source) =>
    Promise.resolve(
      'mediaId' in source
        ? { bytes: Buffer.from('%PDF'), mimeType: 'application/pdf' }
        : { kind: 'rejected', reason: 'media_unreachable', detail: 'gone' },
    ),
};

describe('send', () => {
  it('P2: writes one mail with its return path, thread and one-click address', async () => {
    const { port, taken } = await mailServer();
    const part = {
      subject: 'Hello\r\nBcc: evil@x.example',
      cc: ['copy@x.example'],
      bcc: ['blind@x.example'],
      inReplyTo: '<a@x>',
      references: ['<a@x>', 'no\r\nid'],
      unsubscribeUrl: 'https://acme.example/u?t=1',
      autoSubmitted: true,
      attachments: [{ source: { mediaId: 'f' }, filename: 'a\r\n.pdf', media: 'file' as const }],
    };
    const receipt = await send(call(part), account(port), { ...io, http: allow(port) });
    expect(receipt).toMatchObject({ kind: 'receipt', providerId: '<42.2.m@acme.example>' });
    expect(taken).toMatchObject([
      {
        from: expect.stringMatching(/^agent\+bounce-42-2-[a-z2-7]{10}@acme\.example$/),
        to: ['ada@home.example', 'copy@x.example', 'blind@x.example'],
      },
    ]);
    const mail = await PostalMime.parse(taken[0]?.raw ?? '');
    const header = (name: string) => mail.headers.filter(({ key }) => key === name).map(({ value }) => value);
    expect(mail.subject).toBe('Hello Bcc: evil@x.example');
    expect(header('bcc')).toEqual([]);
    expect(header('reply-to')).toEqual(['agent+reply-0190aaaabbbb7cccddddeeeeeeeeeeee@acme.example']);
    expect(header('message-id')).toEqual(['<42.2.m@acme.example>']);
    expect(header('in-reply-to')).toEqual(['<a@x>']);
    expect(header('references')).toEqual(['<a@x>']);
    expect(header('list-unsubscribe')).toEqual(['<https://acme.example/u?t=1>']);
    expect(header('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    expect(header('auto-submitted')).toEqual(['auto-generated']);
    expect(mail.attachments).toMatchObject([{ filename: 'a .pdf', mimeType: 'application/pdf' }]);
    expect([mail.text?.trim(), mail.html?.trim()]).toEqual(['Hi', '<p>Hi</p>']);
  });

  it.each(['a\r\nRCPT TO:<x@y>@z', 'a b@c', 'x@y>,<z@y', 'none'])(
    'refuses the address %j',
    async (address) => {
      expect(await send(call({}, address), account(1), { ...io, http: allow(1) })).toMatchObject({
        reason: 'invalid_address',
      });
      expect(await send(call({ cc: [address] }), account(1), { ...io, http: allow(1) })).toMatchObject({
        reason: 'invalid_address',
      });
    },
  );

  it('P17: knows refusals of the person, and of copies only', async () => {
    const { port, taken } = await mailServer();
    expect(await send(call({}, 'r550@x.example'), account(port), { ...io, http: allow(port) })).toMatchObject(
      {
        kind: 'rejected',
        providerCode: '550',
      },
    );
    expect(await send(call({}, 'r450@x.example'), account(port), { ...io, http: allow(port) })).toMatchObject(
      { kind: 'unavailable' },
    );
    expect(
      await send(call({ cc: ['r550@x.example'] }), account(port), { ...io, http: allow(port) }),
    ).toMatchObject({
      kind: 'receipt',
      note: expect.stringMatching(/^1 of the copies/),
    });
    expect(
      await send(call({ cc: ['ok@x.example'] }, 'r450@x.example'), account(port), {
        ...io,
        http: allow(port),
      }),
    ).toMatchObject({
      kind: 'rejected',
    });
    expect(taken).toHaveLength(2);
  });

  it('does not know the outcome when the answer to DATA is missing, and knows a refusal', async () => {
    const cut = await mailServer('cut');
    expect((await send(call(), account(cut.port), { ...io, http: allow(cut.port) })).kind).toBe(
      'indeterminate',
    );
    const refusing = await mailServer('refuse');
    expect((await send(call(), account(refusing.port), { ...io, http: allow(refusing.port) })).kind).toBe(
      'unavailable',
    );
  });

  it('sends nothing when nobody listens, a file is missing or the time is over', async () => {
    expect((await send(call(), account(1), { ...io, http: allow(1) })).kind).toBe('unavailable');
    const { port, taken } = await mailServer();
    const lost = { attachments: [{ source: { url: 'https://x.example' }, media: 'file' as const }] };
    expect(await send(call(lost), account(port), { ...io, http: allow(port) })).toMatchObject({
      reason: 'media_unreachable',
    });
    expect(
      (await send(call(), account(port), { ...io, http: allow(port), signal: AbortSignal.abort() })).kind,
    ).toBe('unavailable');
    expect(taken).toEqual([]);
  });
});

describe('the address of the mail server', () => {
  it.each(['127.0.0.1', '127.1', 'localhost', '::1', '169.254.169.254', '10.0.0.1'])(
    'refuses %s as a fault of the account',
    async (host) => {
      const { port, taken } = await mailServer();
      const own = account(port);
      own.config.smtp.host = host;
      const http = new GuardedClient();
      stops.push(() => http.close());
      expect((await send(call(), own, { ...io, http })).kind).toBe('misconfigured');
      expect(taken).toEqual([]);
    },
  );
});

describe('listen', () => {
  type Kit = ListenerKit<EmailConfig>;

  async function listener(part: Partial<Kit> = {}): Promise<{ port: number; accepted: InboundEvent[] }> {
    const accepted: InboundEvent[] = [];
    const kit: Kit = {
      listenPort: 0,
      accountFor: (name) => Promise.resolve(name === 'agent@acme.example' ? account(1) : undefined),
      accept: (_, events) => Promise.resolve(void accepted.push(...events)),
      store: () => Promise.resolve('media-1'),
      ...part,
    };
    const started = await listenOn(kit, 0, '127.0.0.1');
    stops.push(() => started.stop());
    return { port: Number(started.address.split(':')[1]), accepted };
  }

  /** Speaks SMTP by hand and gives the last reply. */
  function speak(port: number, lines: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1');
      const left = [...lines];
      socket.on('error', reject);
      socket.on('data', (reply) => {
        const next = left.shift();
        if (next !== undefined) return void socket.write(`${next}\r\n`);
        socket.destroy();
        resolve(reply.toString());
      });
    });
  }

  const MAIL = ['From: ada@home.example', 'Message-ID: <1@h>', 'Subject: s', '', 'Hi', '.'].join('\r\n');
  const say = (to: string) => ['HELO x', 'MAIL FROM:<ada@home.example>', `RCPT TO:<${to}>`, 'DATA', MAIL];

  it('P5: takes mail for an address and its tags, once it is committed', async () => {
    const { port, accepted } = await listener();
    await speak(port, say('AGENT@acme.example'));
    await speak(port, say('agent+reply-0190aaaabbbb7cccddddeeeeeeeeeeee@acme.example'));
    expect(accepted).toMatchObject([
      { type: 'message', address: 'ada@home.example', content: { text: 'Hi' } },
      { type: 'message', content: { data: { conversationId: '0190aaaa-bbbb-7ccc-dddd-eeeeeeeeeeee' } } },
    ]);
  });

  it('refuses unknown mailboxes for good and everything else for now', async () => {
    const { port } = await listener();
    expect(await speak(port, say('nobody@acme.example').slice(0, 3))).toMatch(/^550 5\.1\.1/);
    const away = await listener({ accountFor: () => Promise.reject(new Error('away')) });
    expect(await speak(away.port, say('agent@acme.example').slice(0, 3))).toMatch(/^451/);
    const lost = await listener({ accept: () => Promise.reject(new Error('away')) });
    expect(await speak(lost.port, say('agent@acme.example'))).toMatch(/^451/);
  });
});
