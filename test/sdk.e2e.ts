import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageIdFor } from '@skein/contracts';
import {
  createSkein,
  NoConversationError,
  NotFoundError,
  OptedOutError,
  TemplateError,
  UnknownOutcomeError,
  WindowClosedError,
  type Fetch,
  type Skein,
  type SkeinError,
} from '@skein/sdk';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries } from './support/messages.js';
import { newNumber, openWindow, personOf, type Person } from './support/people.js';

let stack: Stack;
let skein: Skein;
beforeAll(async () => {
  stack = await startStack();
  skein = client();
});
afterAll(() => stack.stop());

const client = (fetch?: Fetch): Skein =>
  createSkein({
    url: stack.dev.apiUrl,
    apiKey: stack.dev.apiKey,
    workspaceId: stack.dev.workspaceId,
    ...(fetch === undefined ? {} : { fetch }),
  });

/** Somebody whose number is known before they write. */
async function knownPerson(userId: string): Promise<Person> {
  const address = newNumber();
  await skein.User.save({ userId, identities: [{ kind: 'whatsapp', address }] });
  return openWindow(stack, address);
}

/** A connection that is cut after the request has arrived, the first times or always. */
function cutAfterArrival(times: number): { fetch: Fetch; keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      if (init.method === 'POST') keys.push(init.headers['idempotency-key'] ?? '');
      if (keys.length > times) return answer;
      await answer.text();
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    },
  };
}

describe('the SDK on WhatsApp', () => {
  it('P1, P4, P17: sends into an open window and waits for it; status, list and timeline tell the same', async () => {
    const person = await knownPerson('ann');
    const text = 'Your appointment is confirmed for tomorrow at 3pm.';
    const told = await skein.Channels.send({ channel: 'whatsapp', to: { userId: 'ann' }, text });
    expect(told).toMatchObject({ delivered: true, queued: false });
    expect(await person.texts()).toContain(text);
    const status = await eventually(async () => {
      const delivery = await skein.Channels.getStatus(told.messageId);
      expect(delivery.status).toBe('delivered');
      return delivery;
    });
    expect(status).toMatchObject({ id: told.messageId, author: 'agent', origin: 'api', text });
    const { items } = await skein.Channels.listDeliveries({
      userId: 'ann',
      channel: 'whatsapp',
      status: 'delivered',
      since: new Date(Date.now() - 60_000),
      limit: 10,
    });
    expect(items.map(({ id }) => id)).toContain(told.messageId);
    const steps = (await skein.Channels.timeline(told.messageId)).map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining(['accepted', 'routed', 'sent', 'delivered']));
  });

  it('P1: tells wrong fields and unknown people by class, code and field', async () => {
    const wrong = skein.Channels.send({ channel: 'whatsapp', to: {} as { userId: string }, text: 'x' });
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidRequestError',
      code: 'invalid_request',
      status: 400,
      errors: [{ field: 'to' }],
    });
    const nobody = { channel: 'whatsapp', to: { userId: 'nobody' }, text: 'x' } as const;
    await expect(skein.Channels.send(nobody)).rejects.toThrow(NotFoundError);
    await expect(skein.Channels.getStatus('not-an-id')).rejects.toThrow(NotFoundError);
    const bad = createSkein({ url: stack.dev.apiUrl, apiKey: 'wrong' });
    await expect(bad.Channels.listDeliveries()).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('P1, B2: a key arrives as it was given, or is refused before anything leaves', async () => {
    const person = await openWindow(stack, newNumber());
    const send = (idempotencyKey: string) =>
      skein.Channels.send({
        channel: 'whatsapp',
        to: { phoneNumber: person.address },
        text: 'Keyed',
        idempotencyKey,
      });
    const { messageId } = await send('Größe 7');
    expect(messageId).toBe(messageIdFor(stack.dev.workspaceId, 'Größe 7'));
    await expect(send('Bestellung ✓')).rejects.toMatchObject({
      name: 'InvalidRequestError',
      retryable: false,
      errors: [{ field: 'idempotencyKey' }],
    });
    expect((await person.texts()).filter((text) => text === 'Keyed')).toHaveLength(1);
  });

  it('P5: holds behind a closed window, and the message goes out when the person answers', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const to = { phoneNumber: person.address };
    const result = await skein.Channels.send({ channel: 'whatsapp', to, text: 'Following up.' });
    expect(result).toMatchObject({ delivered: false, queued: true, status: 'held' });
    await person.sees((inbox) => inbox.length === 1 && inbox[0]?.template !== undefined);
    await person.writes('Yes?');
    await person.sees((inbox) => inbox.some(({ text }) => text === 'Following up.'));
  });

  it('P6, P7, B2: rejects when asked to fail, the template goes instead, and the rejected text never comes', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const to = { phoneNumber: person.address };
    const failing = skein.Channels.send({
      channel: 'whatsapp',
      to,
      text: 'Only now',
      options: { whatsapp: { onClosedWindow: 'fail' } },
    });
    const error = await failing.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WindowClosedError);
    expect(error).toMatchObject({ retryable: false, next: [expect.any(String), expect.any(String)] });
    const told = await skein.Channels.whatsapp.sendTemplate({
      to,
      templateName: 'appointment_reminder',
      languageCode: 'en_US',
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: fileAt('small.jpg') } }] },
        { type: 'body', parameters: ['Ana', 'Friday'].map((text) => ({ type: 'text', text })) },
      ],
      messageContext: 'Reminded of the appointment',
    });
    expect(told.delivered).toBe(true);
    const [seen] = await person.sees((inbox) => inbox.length === 1);
    expect(JSON.stringify(seen)).toContain('Friday');
    const thread = await entries(stack, told.conversationId ?? '');
    expect(thread.at(-1)).toMatchObject({ author: 'agent', text: 'Reminded of the appointment' });
    await person.writes('Thanks');
    await person.sees((inbox) => inbox.length >= 2);
    expect(await person.texts()).not.toContain('Only now');
  });

  it('P7: refuses a template that does not fit before anything is sent', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const send = (templateName: string, texts: string[]) =>
      skein.Channels.whatsapp.sendTemplate({
        to: { phoneNumber: person.address },
        templateName,
        components: [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }],
      });
    await expect(send('no_such', [])).rejects.toThrow(TemplateError);
    await expect(send('appointment_reminder', ['Ana'])).rejects.toMatchObject({
      code: 'template_parameters',
    });
    expect(await person.inbox()).toEqual([]);
    const listed = await skein.Templates.whatsapp.list(stack.dev.channels['whatsapp']);
    const reminder = listed.find(({ name }) => name === 'appointment_reminder');
    expect(reminder?.shape.bodyParams).toBe(2);
    const again = await skein.Templates.whatsapp.get(reminder?.channelId ?? '', reminder?.id ?? '');
    expect(again).toEqual(reminder);
  });

  it('P8: sends a template to many with progress; results stand at the place of their number', async () => {
    const { whatsapp } = skein.Templates;
    const template = (await whatsapp.list()).find(({ name }) => name === 'message_waiting');
    const phoneNumbers = Array.from({ length: 40 }, newNumber);
    const wrong = ['12345', '', phoneNumbers[3] ?? ''];
    const given = [...wrong.slice(0, 2), ...phoneNumbers, ...wrong.slice(2)];
    const seen: number[] = [];
    const { results, counts, total } = await whatsapp.send(template?.channelId ?? '', template?.id ?? '', {
      phoneNumbers: given,
      onProgress: (progress) => void seen.push(progress.total),
    });
    expect([total, counts['error'], seen.length > 0]).toEqual([43, 3, true]);
    expect(results.map(({ index }) => index)).toEqual(given.map((_, index) => index));
    const codes = results.map((result) => ('error' in result ? result.error.code : 'ok'));
    const ok = phoneNumbers.map(() => 'ok');
    expect(codes).toEqual(['invalid_request', 'invalid_request', ...ok, 'already_sent']);
    for (const number of phoneNumbers.slice(0, 5))
      expect(await personOf(stack, 'whatsapp', number).inbox()).toHaveLength(1);
    const misfit = whatsapp.send(template?.channelId ?? '', template?.id ?? '', {
      phoneNumbers,
      values: ['x'],
    });
    await expect(misfit).rejects.toThrow(TemplateError);
  });

  it('P18: reacts to what the person wrote', async () => {
    const person = await openWindow(stack, newNumber());
    const { items } = await skein.Channels.listDeliveries({ channel: 'whatsapp', limit: 1 });
    const conversationId = items[0]?.conversationId ?? '';
    const [first] = await entries(stack, conversationId);
    const told = await skein.Channels.whatsapp.sendReaction({
      conversationId,
      messageId: first?.id ?? '',
      emoji: '👍',
    });
    expect(told.delivered).toBe(true);
    await person.sees((inbox) => JSON.stringify(inbox).includes('👍'));
  });

  it('P2: states where a send comes from, itself or around it', async () => {
    const person = await openWindow(stack, newNumber());
    const send = (text: string, origin?: 'trigger') =>
      skein.Channels.send({
        channel: 'whatsapp',
        to: { phoneNumber: person.address },
        text,
        ...(origin === undefined ? {} : { origin }),
      });
    const told = [
      await send('From the api'),
      await send('From a trigger', 'trigger'),
      ...(await skein.withOrigin('webhook', () => Promise.all([send('From a webhook'), send('And more')]))),
    ];
    const seen = await Promise.all(told.map(({ messageId }) => skein.Channels.getStatus(messageId)));
    expect(seen.map(({ origin }) => origin)).toEqual(['api', 'trigger', 'webhook', 'webhook']);
  });

  it('B1: plans what then happens, and sends nothing', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const input = { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'Planned' } as const;
    const plan = await skein.Channels.plan(input);
    expect(plan).toMatchObject({ status: 'held', prompt: { template: { name: 'message_waiting' } } });
    expect(await person.inbox()).toEqual([]);
    expect((await skein.Channels.send(input)).status).toBe(plan.status);
  });
});

describe('B2: what a cut connection leaves', () => {
  it('repeats under the same key: one message, and its outcome', async () => {
    const person = await openWindow(stack, newNumber());
    const { fetch, keys } = cutAfterArrival(2);
    const told = await client(fetch).Channels.send({
      channel: 'whatsapp',
      to: { phoneNumber: person.address },
      text: 'Once only',
    });
    expect(told.delivered).toBe(true);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
    expect((await person.texts()).filter((text) => text === 'Once only')).toHaveLength(1);
  });

  it('says that it does not know, and names the message', async () => {
    const person = await openWindow(stack, newNumber());
    const input = { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'Did it?' } as const;
    const lost = client(cutAfterArrival(Infinity).fetch).Channels.send(input);
    const error = (await lost.catch((caught: unknown) => caught)) as UnknownOutcomeError;
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(await skein.Channels.getStatus(error.messageId ?? '')).toMatchObject({ text: 'Did it?' });
    const again = await skein.Channels.send({ ...input, idempotencyKey: error.idempotencyKey ?? '' });
    expect(again).toMatchObject({ messageId: error.messageId, delivered: true });
    expect((await person.texts()).filter((text) => text === 'Did it?')).toHaveLength(1);
  });
});

describe('the SDK on mail', () => {
  it('P10: sends bodies, copies and files; the answer joins the thread, and the next mail joins the answer', async () => {
    const person = personOf(stack, 'email', 'sdk@people.test');
    const told = await skein.Channels.email.send({
      to: person.address,
      subject: 'Your report',
      text: 'Please see below.',
      html: '<p>Please see <b>below</b>.</p>',
      cc: ['copy@people.test'],
      attachments: [
        { filename: 'report.txt', content: 'All is well.' },
        { filename: 'small.pdf', url: fileAt('small.pdf') },
      ],
    });
    expect(told.status).toBe('sent');
    const [mail] = await person.sees((inbox) => inbox.length === 1);
    for (const part of ['Your report', 'report.txt', 'small.pdf', 'copy@people.test'])
      expect(JSON.stringify(mail)).toContain(part);
    await person.writes('Thank you.');
    await person.sees((inbox) => inbox.length >= 2);
    const next = await skein.Channels.email.send({ to: person.address, text: 'You are welcome.' });
    expect(next.conversationId).toBe(told.conversationId);
    const inbox = await person.sees((seen) => seen.at(-1)?.text === 'You are welcome.');
    expect(JSON.stringify(inbox.at(-1)?.raw).toLowerCase()).toContain('in-reply-to');
  });

  it('P10, B2: the same key and files are one mail, however often it is sent', async () => {
    const person = personOf(stack, 'email', 'sdk-twice@people.test');
    const invoice = (content: string) =>
      skein.Channels.email.send({
        ...{
          to: person.address,
          subject: 'Your invoice',
          text: 'See below.',
          idempotencyKey: 'invoice-4711',
        },
        attachments: [{ filename: 'invoice.txt', content }],
      });
    const first = await invoice('40 EUR');
    expect((await invoice('40 EUR')).messageId).toBe(first.messageId);
    await expect(invoice('50 EUR')).rejects.toMatchObject({ code: 'idempotency_conflict' });
    expect(await person.sees((inbox) => inbox.length > 0)).toHaveLength(1);
  });

  it('P10, B2: bulk mail can be left by one click, and then rejects as opted out', async () => {
    const person = personOf(stack, 'email', 'sdk-bulk@people.test');
    const news = { to: person.address, subject: 'News', text: 'News of the month', campaignId: 'november' };
    await skein.Channels.email.send(news);
    const [mail] = await person.sees((inbox) => inbox.length === 1);
    const [link = ''] = /https?:\/\/[^\s"<>\\]+\/unsubscribe\/[\w-]+/.exec(JSON.stringify(mail?.raw)) ?? [];
    await stack.api('POST', new URL(link).pathname, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    await expect(skein.Channels.email.send({ ...news, text: 'More' })).rejects.toThrow(OptedOutError);
  });
});

/** Somebody on each channel, and whether each thing said has a call of its own there. */
const PEOPLE: [kind: 'whatsapp' | 'telegram' | 'email' | (string & {}), address: string][] = [
  ['whatsapp', '+447700900861'],
  ['sms', '+15005550861'],
  ['email', 'parts@people.test'],
  ['web-chat', 'v:parts'],
  ['telegram', '8861'],
  ['slack', 'U0PARTS61'],
  ['discord', '800000000000000861'],
  ['teams', 'a:parts'],
  ['instagram', '80000000861'],
  ['messenger', '80000000862'],
];
/** One mail, one bubble. */
const IN_ONE = new Set(['email', 'web-chat']);

describe('user.send', () => {
  it.each(PEOPLE)(
    'P9: says everything in order as one message on the channel of the last word: %s',
    async (kind, address) => {
      const person = personOf(stack, kind, address);
      await person.writes('Hi there');
      await person.sees((inbox) => inbox.length > 0);
      const before = (await person.inbox()).length;
      const { items } = await skein.Channels.listDeliveries({ channel: kind, limit: 1 });
      const user = await skein.User.get({ conversationId: items[0]?.conversationId ?? '' });
      const told = await user.send([
        'One of three',
        'Two of three',
        { image: { url: fileAt('small.jpg'), caption: 'Three of three' } },
      ]);
      expect(told).toMatchObject({ delivered: true });
      const isWhole = (inbox: object[]): boolean => JSON.stringify(inbox).includes('Three of three');
      const seen = (await person.sees(isWhole)).slice(before);
      const shown = JSON.stringify(seen);
      const places = ['One', 'Two', 'Three'].map((word) => shown.indexOf(`${word} of three`));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places[0]).toBeGreaterThanOrEqual(0);
      if (IN_ONE.has(kind)) expect(seen).toHaveLength(1);
      else expect(seen.length).toBeGreaterThanOrEqual(3);
    },
    60_000,
  );

  it('P9, B2: rejects when any part failed, and for somebody who never wrote', async () => {
    // Telegram fetches a file before it answers; WhatsApp would tell of it afterwards, in a receipt.
    const identities = [{ kind: 'telegram' as const, address: '8899' }];
    const user = await skein.User.save({ userId: 'parts', identities });
    const person = personOf(stack, 'telegram', '8899');
    await person.writes('Hi');
    await person.sees((inbox) => inbox.length > 0);
    const sent = user.send(['Before it', { image: { url: fileAt('no-such-file.jpg') } }]);
    const error = (await sent.catch((caught: unknown) => caught)) as SkeinError;
    expect(error).toMatchObject({ name: 'ProviderRejectedError', retryable: false });
    const { status, reason } = await skein.Channels.getStatus(error.messageId ?? '');
    expect([status, reason]).toEqual(['failed', 'partial']);
    const silent = await skein.User.save({ userId: 'silent' });
    await expect(silent.send('Hello?')).rejects.toThrow(NoConversationError);
  });
});

function fileAt(name: string): string {
  return `${stack.dev.sandboxUrl}/files/${name}`;
}
