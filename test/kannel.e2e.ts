import { expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack } from '@skein/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { kannelMissing, startGateway, startKannel } from './support/kannel.js';
import { send } from './support/messages.js';
import { personOf } from './support/people.js';

const missing = kannelMissing();
if (missing !== undefined) console.log(`skipped: ${missing}`);

/** Kannel's SMSC knows no transceiver, gives no message ids, asks enquire_link after every message, and writes from short codes. */
(missing === undefined ? it : it.skip)(
  'P1, P11: sends through the SMSC of another project, and takes what it delivers',
  async () => {
    const [port = 0] = await freePorts(1);
    const kannel = await startKannel(port, 5);
    const stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: `127.0.0.1:${port}` } });
    try {
      const smpp = {
        host: '127.0.0.1',
        port,
        systemId: 'foo',
        password: 'bar',
        sourceAddress: '12345',
        bind: 'pair',
      };
      const made = await stack.api('POST', '/v1/channels', {
        body: {
          ...{ id: 'sms-kannel', kind: 'sms', agentId: stack.dev.agentId, name: 'Kannel' },
          settings: { ratePerSecond: null, textOnly: true },
          credentials: { carrier: 'smpp', smpp },
        },
      });
      expect(made.status).toBe(201);
      const sendText = (text: string) =>
        send(
          stack,
          { channelId: 'sms-kannel', to: { phoneNumber: '+15550109999' }, text },
          { prefer: 'wait=10' },
        );
      const plain = await sendText('Hello Kannel');
      expect(plain.body).toMatchObject({ status: 'sent', delivered: true });
      const long = await sendText('long '.repeat(80));
      expect(long.body).toMatchObject({ status: 'sent', delivered: true });
      await eventually(() => {
        expect(kannel.log()).toContain('submit_sm: short_message = <Hello Kannel>');
        expect(kannel.log().match(/submit_sm: short_message/g)).toHaveLength(4);
      });
      // What it delivers comes from a short code: kept, acknowledged, and answered by nobody.
      await eventually(async () => {
        const rows = await stack.sql<{ what: string }>(
          `SELECT fact->>'what' AS what FROM inbound_events WHERE channel_id = 'sms-kannel'`,
        );
        expect(rows).toEqual(Array.from({ length: 5 }, () => ({ what: 'a message without a phone number' })));
        expect(kannel.log().match(/type deliver_sm_resp/g)).toHaveLength(5);
        expect(kannel.log().match(/type enquire_link_resp/g)).toHaveLength(5);
      });
    } finally {
      await stack.stop();
      await kannel.stop();
    }
  },
);

/** The other way round: what we call an SMSC is one to a client that we have not written. */
(missing === undefined ? it : it.skip)(
  'B10: the gateway of another project sends through the sandbox, gets its receipt and what people write',
  async () => {
    const receipts: string[] = [];
    const receiver = createServer((incoming, response) => {
      receipts.push(incoming.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const stack = await startStack({ services: [] });
    const { body } = await stack.sandbox<{ smppUrl: string }>('GET', '/health');
    const login = { systemId: 'gateway', password: 'pw' };
    const account = {
      kind: 'sms',
      carrier: 'smpp',
      channelId: 'gateway',
      ...login,
      sourceAddress: '+442071838751',
    };
    await stack.sandbox('POST', '/accounts', { body: account });
    const gateway = await startGateway({ port: Number(new URL(body.smppUrl).port), ...login });
    try {
      const person = personOf(stack, 'sms', '+15550108888');
      const text = `Hello from Kannel ${'x'.repeat(200)}`;
      const url = new URL(gateway.sendUrl);
      const port = (receiver.address() as AddressInfo).port;
      const query = {
        ...{ username: 'test', password: 'test', to: person.address, from: '+442071838751', text },
        ...{ 'dlr-mask': '1', 'dlr-url': `http://127.0.0.1:${port}/delivered/%d` },
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      await eventually(async () => {
        const answer = await request(url).then(
          ({ statusCode }) => statusCode,
          () => 0,
        );
        expect(answer).toBe(202);
      });
      await person.sees((inbox) => inbox.some((seen) => seen.text === text));
      await eventually(() => expect(receipts).toContain('/delivered/1'));
      await person.writes({ text: 'hi', channelId: 'gateway' });
      await person.sees((inbox) => inbox.some((seen) => seen.text === 'Got it'));
    } finally {
      await gateway.stop();
      await stack.stop();
      receiver.closeAllConnections();
      receiver.close();
    }
  },
);
