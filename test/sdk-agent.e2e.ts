import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSkein, NO_GATEWAY, type HttpHandler, type Skein, type TurnHandler } from '@skein/sdk';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries } from './support/messages.js';
import { newNumber, personOf } from './support/people.js';

let stack: Stack;
let server: Server;
let skein: Skein;
let serve: HttpHandler;
/** What the agent does with a turn; each test has its own. */
let answer: TurnHandler;

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: address } });
  skein = createSkein({
    url: stack.dev.apiUrl,
    apiKey: stack.dev.apiKey,
    mediaFolders: [join(stack.dataDir, 'reports')],
  });
  const backend = { type: 'http', url: `http://${address}/turns`, timeoutSeconds: 20 };
  const made = await stack.api<{ signingSecret: string }>('POST', '/v1/agents', {
    body: { id: 'shop', name: 'Shop', backend },
  });
  await stack.api('PATCH', '/v1/channels/wa-main', { body: { agentId: 'shop' } });
  const http = { secret: made.body.signingSecret };
  const served = await skein.serveAgent({ agent: 'shop', http }, (turn) => answer(turn));
  serve = served.handler;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await stack.stop();
});

describe('an agent over HTTP', () => {
  it('T1, T5, T7, P2: sends in the middle of its turn; the message is there before the answer', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    let said: unknown;
    let seen: string[] = [];
    let conversationId = '';
    answer = async (turn) => {
      conversationId = turn.conversationId;
      said = await skein.sendMessage({ message: 'I am on it.' });
      seen = await person.texts();
      return 'Here it is.';
    };
    await person.writes('A report, please');
    const inbox = await person.sees((all) => all.length === 2);
    expect(inbox.map(({ text }) => text)).toEqual(['I am on it.', 'Here it is.']);
    expect([said, seen]).toEqual(['Delivered to origin', ['I am on it.']]);
    const thread = await entries(stack, conversationId);
    expect(thread.map(({ author, origin }) => [author, origin])).toEqual([
      ['user', null],
      ['agent', 'tool'],
      ['agent', null],
    ]);
  });

  it('T6: two turns at once never see each other, and after a turn there is none', async () => {
    const people = [newNumber(), newNumber()].map((number) => personOf(stack, 'whatsapp', number));
    let arrived = 0;
    const late: Promise<unknown>[] = [];
    let end = (): void => undefined;
    const afterwards = new Promise<void>((resolve) => (end = resolve));
    answer = async ({ message }) => {
      arrived += 1;
      // Both run before either sends.
      await eventually(() => expect(arrived).toBe(2));
      await skein.sendMessage({ message: `For ${message.text}` });
      late.push(afterwards.then(() => skein.sendMessage({ message: 'Too late' })));
    };
    await Promise.all(people.map((person, index) => person.writes(`person ${index}`)));
    for (const [index, person] of people.entries()) {
      const inbox = await person.sees((all) => all.length > 0);
      expect(inbox.map(({ text }) => text)).toEqual([`For person ${index}`]);
    }
    await eventually(() => expect(late).toHaveLength(2));
    end();
    expect(await Promise.all(late)).toEqual([NO_GATEWAY, NO_GATEWAY]);
    expect(await skein.sendMessage({ message: 'x' })).toBe(NO_GATEWAY);
  });

  it('T5, T6: a handler whose turn was ended elsewhere has no turn any more', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const said: unknown[] = [];
    answer = async ({ turnToken }) => {
      const headers = { 'skein-turn': turnToken };
      await stack.api('POST', '/v1/turns/answer', { body: { text: 'Answered elsewhere' }, headers });
      said.push(await skein.sendMessage({ action: 'list' }), await skein.sendMessage({ message: 'Late' }));
      return 'Late too';
    };
    await person.writes('Who answers?');
    await eventually(() => expect(said).toEqual([NO_GATEWAY, NO_GATEWAY]));
    const inbox = await person.sees((all) => all.length > 0);
    expect(inbox.map(({ text }) => text)).toEqual(['Answered elsewhere']);
  });

  it('T2, T3: lists where it can send, and sends to a name and to a chat', async () => {
    const ops = personOf(stack, 'slack', 'C0PROJECT');
    const body = { name: 'my-ops-alert', target: 'slack:C0PROJECT', label: 'Ops' };
    expect((await stack.api('POST', '/v1/targets', { body })).status).toBeLessThan(300);
    const person = personOf(stack, 'whatsapp', newNumber());
    const said: unknown[] = [];
    answer = async () => {
      said.push(await skein.sendMessage({ action: 'list' }));
      said.push(await skein.sendMessage({ target: 'my-ops-alert', message: 'Deploy finished' }));
      said.push(await skein.sendMessage({ target: 'nobody', message: 'x' }));
      return 'Told them.';
    };
    await person.writes('Tell ops');
    await person.sees((all) => all.length === 1);
    expect(said[0]).toEqual([
      { target: 'origin', platform: 'whatsapp', kind: 'origin', label: 'Current chat' },
      { target: 'my-ops-alert', platform: 'slack', kind: 'alias', label: 'Ops' },
    ]);
    expect(said[1]).toBe('Delivered to my-ops-alert');
    expect(said[2]).toMatch(/^Not delivered to nobody: .*my-ops-alert/);
    expect(await ops.texts()).toContain('Deploy finished');
  });

  it('T4: delivers the very bytes of a file, and sends nothing when one is outside', async () => {
    const folder = join(stack.dataDir, 'reports');
    mkdirSync(folder);
    const bytes = Buffer.from(
      '%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n',
    );
    writeFileSync(join(folder, 'report.pdf'), bytes);
    symlinkSync('/etc/hostname', join(folder, 'link.pdf'));
    const person = personOf(stack, 'whatsapp', newNumber());
    const said: unknown[] = [];
    answer = async () => {
      const send = (path: string) =>
        skein.sendMessage({ message: `Report ready MEDIA:${join(folder, path)}` });
      said.push(await send('link.pdf'), await send('../postgres/PG_VERSION'), await send('report.pdf'));
    };
    await person.writes('The report?');
    const inbox = await person.sees((all) => JSON.stringify(all).includes('report.pdf'));
    await eventually(() => expect(said).toHaveLength(3));
    expect(said).toEqual([
      expect.stringMatching(/^Not delivered to origin: .*link\.pdf.*symbolic link/),
      expect.stringMatching(/^Not delivered to origin: .*PG_VERSION/),
      'Delivered to origin',
    ]);
    const files = inbox.flatMap(({ media }) => media?.url ?? []);
    expect(files).toHaveLength(1);
    const received = await fetch(new URL(files[0] ?? '', stack.dev.sandboxUrl ?? undefined));
    expect(hashOf(Buffer.from(await received.arrayBuffer()))).toBe(hashOf(bytes));
    expect(inbox.filter(({ text }) => text?.includes('Report ready'))).toHaveLength(1);
  });

  it('R7: streams messages, each going out as it comes, and answers later', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    answer = async function* () {
      yield 'One';
      await person.sees((all) => all.length === 1);
      yield 'Two';
    };
    await person.writes('Count');
    await person.sees((all) => all.length === 2);
    answer = (turn) => {
      void person.sees((all) => all.length === 2).then(() => turn.answer('Later'));
      return { later: true, withinSeconds: 60 };
    };
    await person.writes('And then?');
    const inbox = await person.sees((all) => all.length === 3);
    expect(inbox.map(({ text }) => text)).toEqual(['One', 'Two', 'Later']);
  });
});

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('an agent over NATS', () => {
  it('R7, T6: answers turns with the classic client, and sends in their name', async () => {
    const made = await stack.api('POST', '/v1/agents', {
      body: { id: 'desk', name: 'Desk', backend: { type: 'nats' } },
    });
    expect(made.status).toBe(201);
    await stack.api('PATCH', '/v1/channels/telegram-main', { body: { agentId: 'desk' } });
    const { natsUrl: url, workspaceId } = stack.dev;
    const served = await skein.serveAgent({ agent: 'desk', nats: { url, workspaceId } }, async (turn) => {
      await skein.sendMessage({ message: 'One moment.' });
      return [`You said "${turn.message.text}".`, 'Anything else?'];
    });
    try {
      const person = personOf(stack, 'telegram', '8870');
      await person.writes('Hello');
      const inbox = await person.sees((all) => all.length === 3);
      const texts = inbox.map(({ text }) => text);
      expect(texts).toEqual(['One moment.', 'You said "Hello".', 'Anything else?']);
    } finally {
      await served.close();
    }
  });
});
