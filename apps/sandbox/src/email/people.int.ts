import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Arrived } from '../testing/inbound.js';
import type { JsonObject } from '../core/json.js';
import { MailBusiness } from '../testing/mail-business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = 'ada@people.example';

describe('B10: people with mailboxes', () => {
  let rig: Rig;
  let business: MailBusiness;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new MailBusiness(rig);
    await business.register();
  });
  afterAll(async () => {
    await rig.stop();
    await business.inbound.close();
  });

  const writeAs = async (address: string, body: JsonObject): Promise<Arrived> => {
    const answer = await rig.write('email', address, body);
    expect(answer.status).toBe(201);
    return until(() =>
      business.inbound.arrived.find(({ mail }) => mail.messageId === answer.body['messageId']),
    );
  };

  it('writes a mail of their own', async () => {
    const { from, to, mail } = await writeAs('new@people.example', { text: 'hello', subject: 'Question' });
    expect([from, to]).toEqual(['new@people.example', ['shop@shop.example']]);
    expect(mail).toMatchObject({
      subject: 'Question',
      text: 'hello\n',
      from: { address: 'new@people.example' },
    });
    expect(mail.inReplyTo).toBeUndefined();
  });

  it('P10: answers the last mail: Reply-To, Re:, In-Reply-To and References', async () => {
    const references = '<a@shop.example> <b@shop.example>';
    await business.send({
      to: ADA,
      subject: 'Order',
      messageId: '<c@shop.example>',
      references,
      replyTo: 'reply+9@shop.example',
    });
    const { to, mail } = await writeAs(ADA, { text: 'thanks', html: '<b>thanks</b>' });
    expect(to).toEqual(['reply+9@shop.example']);
    expect(mail).toMatchObject({
      subject: 'Re: Order',
      inReplyTo: '<c@shop.example>',
      html: expect.stringContaining('<b>'),
    });
    expect(mail.references).toBe('<a@shop.example> <b@shop.example> <c@shop.example>');
  });

  it('answers the mail it is told to, or starts anew', async () => {
    await business.send({ to: 'bo@people.example', subject: 'One', messageId: '<one@shop.example>' });
    await business.send({ to: 'bo@people.example', subject: 'Two', messageId: '<two@shop.example>' });
    const [first] = await rig.inbox('email', 'bo@people.example');
    const byId = await writeAs('bo@people.example', { text: 'to one', inReplyTo: first?.id });
    expect(byId.mail.inReplyTo).toBe('<one@shop.example>');
    const byMessageId = await writeAs('bo@people.example', {
      text: 'to two',
      inReplyTo: '<two@shop.example>',
    });
    expect(byMessageId.mail.subject).toBe('Re: Two');
    const fresh = await writeAs('bo@people.example', { text: 'new', subject: 'Else', inReplyTo: '' });
    expect(fresh.mail.inReplyTo).toBeUndefined();
    expect((await rig.write('email', 'bo@people.example', { text: 'x', inReplyTo: '<none@x>' })).status).toBe(
      404,
    );
  });

  it('R5: attaches files', async () => {
    const { mail } = await writeAs('cy@people.example', { text: 'see', media: { file: 'small.jpg' } });
    expect(mail.attachments).toMatchObject([{ filename: 'small.jpg', mimeType: 'image/jpeg' }]);
    const base64 = { base64: 'aGVsbG8=', mimeType: 'text/plain', filename: 'a.txt' };
    const two = await writeAs('cy@people.example', {
      text: 'see',
      attachments: [base64, { file: 'small.pdf' }],
    });
    expect(two.mail.attachments.map(({ filename }) => filename)).toEqual(['a.txt', 'small.pdf']);
  });

  it('answers automatically when asked to', async () => {
    const { source } = await writeAs(ADA, { text: 'away', autoReply: true });
    expect(source).toMatch(/^Auto-Submitted: auto-replied/m);
    expect(source).toMatch(/^Precedence: bulk/m);
  });

  it('sends raw MIME as it is', async () => {
    const raw =
      'From: <odd@people.example>\nMessage-ID: <raw-1@odd>\nSubject: =?utf-8?q?odd?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nunclosed';
    const { source } = await writeAs('odd@people.example', { raw });
    expect(source.trimEnd()).toBe(raw.replaceAll('\n', '\r\n'));
  });

  it('sends a read receipt when the mail asked for one', async () => {
    const headers = { 'Disposition-Notification-To': '<receipts@shop.example>' };
    await business.send({ to: 'dee@people.example', messageId: '<mdn@shop.example>', headers });
    expect((await rig.read('email', 'dee@people.example')).body).toEqual({ read: 1 });
    const receipt = await until(() =>
      business.inbound.arrived.find(({ to }) => to.includes('receipts@shop.example')),
    );
    expect(receipt.source).toContain('report-type=disposition-notification');
    expect(receipt.source).toContain('Original-Message-ID: <mdn@shop.example>');
  });

  it('says what mail cannot do', async () => {
    expect(await rig.write('email', ADA, { press: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'not_supported' },
    });
    expect(await rig.write('email', ADA, {})).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect(await rig.write('email', 'ada', { text: 'x' })).toMatchObject({ status: 400 });
  });

  it('keeps trying while the listener is away, and gives up when it is refused for good', async () => {
    business.inbound.answers = [421, 421];
    await writeAs(ADA, { text: 'patient' });
    business.inbound.answers = [550];
    await rig.write('email', ADA, { text: 'unwanted', subject: 'unwanted' });
    await until(() => business.inbound.answers.length === 0);
    await writeAs(ADA, { text: 'next' });
    expect(business.inbound.arrived.some(({ mail }) => mail.subject === 'unwanted')).toBe(false);
  });

  it('duplicate_webhook: a mail is delivered twice', async () => {
    await rig.fault({ kind: 'email', fault: 'duplicate_webhook' });
    const { mail } = await writeAs(ADA, { text: 'twice' });
    await until(
      () =>
        business.inbound.arrived.filter(({ mail: other }) => other.messageId === mail.messageId).length === 2,
    );
  });
});
