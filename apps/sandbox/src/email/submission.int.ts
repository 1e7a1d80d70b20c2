import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { MailBusiness } from '../testing/mail-business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

describe('B10: mail submission', () => {
  let rig: Rig;
  let business: MailBusiness;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new MailBusiness(rig);
    const { status, body } = await business.register();
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain('pass-1');
  });
  afterAll(async () => {
    await rig.stop();
    await business.inbound.close();
  });

  it('P10: a mail reaches every recipient with its parts, headers and octets', async () => {
    const pdf = Buffer.from(await (await fetch(`${rig.sandbox.url}/files/small.pdf`)).arrayBuffer());
    const reply = await business.send({
      to: 'Ada <ada@people.example>',
      cc: 'bo@people.example',
      bcc: 'cy@people.example',
      subject: 'Grüße',
      text: 'plain',
      html: '<p>rich</p>',
      attachments: [{ filename: 'rechnung ä.pdf', content: pdf }],
      headers: { 'List-Unsubscribe': { prepared: true, value: '<https://shop.example/u/1>' } },
      list: {},
    });
    expect(reply).toMatch(/^250 2\.0\.0 Ok: queued as [0-9A-F]{12}$/);
    const [entry] = await rig.inbox('email', 'ADA@people.example');
    expect(entry).toMatchObject({
      type: 'email',
      channelId: 'mail-1',
      subject: 'Grüße',
      text: 'plain',
      html: '<p>rich</p>',
    });
    expect(entry?.raw).toMatchObject({
      from: 'shop@shop.example',
      to: ['ada@people.example'],
      cc: ['bo@people.example'],
      envelope: { from: 'shop@shop.example' },
      headers: { 'List-Unsubscribe': '<https://shop.example/u/1>' },
    });
    const [attachment] = entry?.attachments ?? [];
    expect(attachment).toMatchObject({
      filename: 'rechnung ä.pdf',
      mimeType: 'application/pdf',
      size: pdf.length,
    });
    const fetched = Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer());
    expect(createHash('sha256').update(fetched).digest('hex')).toBe(attachment?.sha256);
    expect(fetched.equals(pdf)).toBe(true);
    for (const other of ['bo@people.example', 'cy@people.example'])
      expect(await rig.inbox('email', other)).toHaveLength(1);
    const source = await fetch((entry?.raw as { sourceUrl: string }).sourceUrl);
    expect(await source.text()).not.toMatch(/^bcc:/im);
  });

  it('keeps a forwarded mail as an attachment', async () => {
    const content = 'From: x@y.example\r\nSubject: inner\r\n\r\ninner text\r\n';
    await business.send({
      to: 'dee@people.example',
      attachments: [{ contentType: 'message/rfc822', content }],
    });
    const [entry] = await rig.inbox('email', 'dee@people.example');
    expect(entry?.text).not.toContain('inner text');
    expect(entry?.attachments).toMatchObject([{ mimeType: 'message/rfc822' }]);
  });

  it('asks for credentials and for an own sender', async () => {
    expect(await business.refused({ to: 'ada@people.example' }, { user: 'shop', pass: 'no' })).toMatchObject({
      code: 'EAUTH',
      responseCode: 535,
    });
    expect(await business.refused({ from: 'ceo@bank.example', to: 'ada@people.example' })).toMatchObject({
      responseCode: 553,
    });
    const envelope = { from: 'bounce+77@shop.example', to: 'ada@people.example' };
    expect(await business.send({ envelope })).toMatch(/^250/);
  });

  it.each([
    ['nobody@people.example', 550, '5.1.1'],
    ['full+tag@people.example', 452, '4.2.2'],
    ['Blocked@people.example', 550, '5.7.1'],
  ])('%s is refused with %i', async (to, responseCode, enhanced) => {
    const refused = await business.refused({ to });
    expect(refused).toMatchObject({ code: 'EENVELOPE', responseCode });
    expect(refused.response).toContain(enhanced);
    expect(await rig.inbox('email', to)).toHaveLength(0);
    expect((await rig.journal('?kind=email')).at(-1)).toMatchObject({
      address: to,
      operation: 'send',
      answer: { status: responseCode },
    });
  });

  it('greylist@ is refused once and taken the second time', async () => {
    expect(await business.refused({ to: 'greylist@people.example' })).toMatchObject({ responseCode: 451 });
    expect(await business.send({ to: 'greylist@people.example' })).toMatch(/^250/);
  });

  it('refuses what is over 25 MB', async () => {
    const refused = await business.refused({ to: 'ada@people.example', text: 'x'.repeat(26 * 1024 * 1024) });
    expect(refused.responseCode).toBe(552);
  });

  it.each([
    ['bounce@people.example', 'failed', '5.1.1'],
    ['bouncefull@people.example', 'failed', '5.2.2'],
    ['delayed@people.example', 'delayed', '4.4.1'],
  ])('%s sends a report: %s', async (to, action, status) => {
    const envelope = { from: 'bounce+42@shop.example', to };
    await business.send({ to, envelope, messageId: `<${action}-${status}@shop.example>` });
    const report = await until(() =>
      business.inbound.arrived.find(({ source }) => source.includes(`rfc822; ${to}`)),
    );
    expect([report.from, report.to]).toEqual(['', ['bounce+42@shop.example']]);
    expect(report.source).toContain('multipart/report; report-type=delivery-status');
    const part = report.mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
    const group = Buffer.from(part?.content as ArrayBuffer).toString();
    expect(group).toContain(`Action: ${action}`);
    expect(group).toContain(`Status: ${status}`);
    expect(report.source).toContain(`<${action}-${status}@shop.example>`);
    expect(await rig.inbox('email', to)).toHaveLength(0);
  });

  it('blankbounce@ sends a report with an empty machine part', async () => {
    await business.send({ to: 'blankbounce@people.example' });
    const report = await until(() =>
      business.inbound.arrived.find(({ source }) => source.includes('X-Failed-Recipients: blank')),
    );
    expect(report.source).toMatch(/message\/delivery-status\r\n\r\n\r\n/);
  });

  it('autoreply@ answers that it is out of office', async () => {
    await business.send({ to: 'autoreply@people.example', subject: 'Offer', messageId: '<o1@shop.example>' });
    const answer = await until(() =>
      business.inbound.arrived.find(({ mail }) => mail.inReplyTo === '<o1@shop.example>'),
    );
    expect(answer.from).toBe('');
    expect(answer.mail.subject).toBe('Automatic reply: Offer');
    expect(answer.source).toMatch(/^Auto-Submitted: auto-replied/m);
    expect(await rig.inbox('email', 'autoreply@people.example')).toHaveLength(1);
  });

  it('reports success when asked, and nothing when told so', async () => {
    await business.send({
      to: 'eve@people.example',
      dsn: { notify: ['success'], recipient: 'eve@people.example' },
    });
    const report = await until(() =>
      business.inbound.arrived.find(({ source }) => source.includes('rfc822; eve@people.example')),
    );
    expect(report.source).toContain('Action: relayed');
    await business.send({ to: 'bounce+quiet@people.example', dsn: { notify: ['never'] } });
    await business.send({ to: 'bounce+loud@people.example' });
    await until(() => business.inbound.arrived.some(({ source }) => source.includes('rfc822; bounce+loud@')));
    expect(business.inbound.arrived.some(({ source }) => source.includes('rfc822; bounce+quiet@'))).toBe(
      false,
    );
  });
});
