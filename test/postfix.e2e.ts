import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack, type Stack } from '@skein/testing';
import { createTransport, type Transporter } from 'nodemailer';
import { noPostfix, startPostfix, type Postfix } from './support/postfix.js';

if (noPostfix !== undefined) console.warn(`skipped: ${noPostfix}`);
const withPostfix = noPostfix === undefined ? describe : describe.skip;

withPostfix('mail through a real postfix', () => {
  let stack: Stack;
  let postfix: Postfix;
  let transport: Transporter;

  beforeAll(async () => {
    stack = await startStack({ split: true });
    const [port = 0] = await freePorts(1);
    postfix = startPostfix(port, Number(new URL(stack.dev.smtpUrl).port));
    transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  });

  afterAll(async () => {
    transport.close();
    postfix.stop();
    await stack.stop();
  });

  const heardFrom = async (address: string) => {
    const rows = await stack.sql<{ text: string; subject: string }>(
      `SELECT m.text, m.content->>'subject' AS subject FROM messages m JOIN lanes l ON l.id = m.lane_id
       WHERE l.address = $1 AND m.direction = 'in' ORDER BY m.seq`,
      [address],
    );
    return rows;
  };
  const write = (from: string, text: string, more = {}) =>
    transport.sendMail({ from, to: 'concierge@skein.test', subject: 'Über uns – naïve', text, ...more });

  it('R5: takes what postfix relays, in the words it was written', async () => {
    await write('Zoë <zoe@people.test>', 'Grüße aus Köln 👋', {
      attachments: [{ filename: 'résumé.txt', content: 'Lebenslauf' }],
    });
    await eventually(async () =>
      expect(await heardFrom('zoe@people.test')).toEqual([
        { text: 'Grüße aus Köln 👋', subject: 'Über uns – naïve' },
      ]),
    );
    expect(postfix.log()).toMatch(/to=<concierge@skein\.test>.*status=sent \(250/);
  });

  it('R5: a mailbox that does not exist is refused for good', async () => {
    await transport.sendMail({ from: 'a@people.test', to: 'nobody@skein.test', text: 'Hello?' });
    await eventually(() => expect(postfix.log()).toMatch(/to=<nobody@skein\.test>.*status=bounced.* 550/));
  });

  it('nothing is lost, nor told twice, while the service is away or the database is', async () => {
    await stack.service('email').kill();
    await write('late@people.test', 'first');
    await eventually(() => expect(postfix.log()).toMatch(/from=<late@people\.test>[^]*status=deferred/));
    await stack.service('email').restart();
    await eventually(async () => expect((await heardFrom('late@people.test')).length).toBe(1));
    await stack.postgres.kill('SIGINT');
    await write('late@people.test', 'second');
    await eventually(() => expect(postfix.log()).toMatch(/status=deferred[^]*451|451[^]*status=deferred/));
    await stack.postgres.restart();
    await eventually(async () =>
      expect((await heardFrom('late@people.test')).map(({ text }) => text)).toEqual(['first', 'second']),
    );
  });
});
