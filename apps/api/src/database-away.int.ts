import { createHash, randomUUID } from 'node:crypto';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageIdFor, type Outcome } from '@skein/contracts';
import { eventually, httpClient, startInfra, type HttpClient, type Infra } from '@skein/testing';
import type { Problem } from './http/problem.js';
import { start, type RunningApi } from './service.js';

const KEY = 'key-of-the-workspace';
const TEMPLATE = randomUUID();
const ONE = { channel: 'whatsapp', to: { phoneNumber: '+5215512345678' }, text: 'hi' };

/** A wire to Postgres that a test can cut: at once, or just after the next statement of a name has gone through. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private cutAfter: { statement: string; thenClose: boolean } | undefined;

  constructor(private readonly target: URL) {}

  async open(): Promise<URL> {
    const server = createServer((client) => this.join(client));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', () => resolve()));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server?.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** The statement reaches the server and is done; its answer never comes back. */
  loseAnswerOf(statement: string, thenClose = false): void {
    this.cutAfter = { statement, thenClose };
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port || 5432), this.target.hostname);
    let lost: { thenClose: boolean } | undefined;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (chunk) => {
      if (this.cutAfter !== undefined && chunk.includes(this.cutAfter.statement)) {
        lost = this.cutAfter;
        this.cutAfter = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (lost === undefined) client.write(chunk);
      else if (lost.thenClose) void this.close();
      else client.destroy();
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  }
}

let infra: Infra;
let wire: Wire;
let api: RunningApi;
let http: HttpClient;

beforeAll(async () => {
  infra = await startInfra();
  const { sql, workspaceId } = infra;
  await sql('INSERT INTO workspaces (id, name) VALUES ($1, $1)', [workspaceId]);
  await sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'agent', 'Agent')`, [workspaceId]);
  const hash = createHash('sha256').update(KEY).digest();
  await sql(`INSERT INTO api_keys (id, workspace_id, name, hash) VALUES ($1, $2, 't', $3)`, [
    randomUUID(),
    workspaceId,
    hash,
  ]);
  await sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name) VALUES ('wa', $1, 'whatsapp', '1', 'agent', 'WhatsApp')`,
    [workspaceId],
  );
  await sql(
    `INSERT INTO templates (id, workspace_id, channel_id, name, language, category, status, shape)
     VALUES ($1, $2, 'wa', 'hello', 'en', 'utility', 'approved', '{"headerParams": 0, "bodyParams": 0, "buttons": []}')`,
    [TEMPLATE, workspaceId],
  );
  wire = new Wire(new URL(infra.databaseUrl));
  const databaseUrl = (await wire.open()).href;
  api = await start({
    SKEIN_API_PORT: '0',
    NATS_URL: infra.natsUrl,
    DATABASE_URL: databaseUrl,
    SKEIN_LOG_LEVEL: 'fatal',
  });
  http = httpClient(api.url.replace('0.0.0.0', '127.0.0.1'), { 'x-api-key': KEY });
});

afterAll(async () => {
  await http?.close();
  await api?.stop();
  await wire?.close();
  await infra?.stop();
});

const send = (key: string) =>
  http.call<Outcome & Omit<Problem, 'status'>>('POST', '/v1/messages', {
    body: ONE,
    headers: { 'idempotency-key': key },
  });

const sendMany = (key: string) =>
  http.call<{ batchId?: string } & Partial<Problem>>('POST', `/v1/templates/${TEMPLATE}/sends`, {
    body: { channelId: 'wa', phoneNumbers: ['+5215512345678'] },
    headers: { 'idempotency-key': key },
  });

describe('Postgres away', () => {
  it('answers 503 with Retry-After, accepts nothing, and works again when it is back', async () => {
    expect(await send('before')).toMatchObject({ status: 202 });
    await wire.close();
    const refused = await send('while');
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'unavailable' },
    });
    expect(await http.call('GET', '/v1/channels')).toMatchObject({ status: 503 });
    expect(await http.call('GET', '/health/live')).toMatchObject({ status: 200 });
    await wire.open();
    await eventually(async () => expect(await send('after')).toMatchObject({ status: 202 }));
    const rows = await infra.sql<{ key: string }>('SELECT idempotency_key AS key FROM messages ORDER BY seq');
    expect(rows.map((row) => row.key)).toEqual(['before', 'after']);
  });

  it('looks again when the answer to the commit was lost: one message, and 202', async () => {
    wire.loseAnswerOf('accept-insert');
    expect(await send('lost')).toMatchObject({
      status: 202,
      body: { messageId: messageIdFor(infra.workspaceId, 'lost') },
    });
    expect(await infra.sql(`SELECT 1 FROM messages WHERE idempotency_key = 'lost'`)).toHaveLength(1);
  });

  it('says so when it cannot look again, and the same key tells', async () => {
    wire.loseAnswerOf('accept-insert', true);
    expect(await send('doubt')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'unavailable', messageId: messageIdFor(infra.workspaceId, 'doubt') },
    });
    await wire.open();
    await eventually(async () => expect(await send('doubt')).toMatchObject({ status: 202 }));
    expect(await infra.sql(`SELECT 1 FROM messages WHERE idempotency_key = 'doubt'`)).toHaveLength(1);
  });

  it('P8, B2: looks again for a bulk send too, and says when nobody knows', async () => {
    wire.loseAnswerOf('COMMIT');
    expect(await sendMany('bulk')).toMatchObject({ status: 202, body: { batchId: expect.any(String) } });
    wire.loseAnswerOf('COMMIT', true);
    expect(await sendMany('bulk in doubt')).toMatchObject({
      status: 503,
      body: { code: 'unavailable', outcomeUnknown: true },
    });
    await wire.open();
    await eventually(async () => expect(await sendMany('bulk in doubt')).toMatchObject({ status: 202 }));
    expect(await infra.sql('SELECT 1 FROM batches')).toHaveLength(2);
  });

  it('B2: what was accepted is not told as refused because it cannot be read for a while', async () => {
    wire.loseAnswerOf('query-outcomes');
    const sent = await http.call<Outcome>('POST', '/v1/messages', {
      body: { ...ONE, text: 'read later' },
      headers: { prefer: 'wait=1' },
    });
    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted' } });
  });
});
