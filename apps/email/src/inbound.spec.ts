import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import { bounceTag } from './bounce-tag.js';
import { EmailConfig } from './config.js';
import { readInbound } from './inbound.js';
import { readMail, textOfHtml } from './mail.js';
import { splitQuoted } from './quoted.js';

const OWN = 'agent@acme.example';
const smtp = { host: 'mx.acme.example', port: 25, secure: false, password: 'hunter2' };
const CONFIG = Object.assign(new EmailConfig(), { address: OWN, smtp });
const AT = '2026-11-21T00:00:00.000Z';

async function read(lines: string[], from = 'ada@home.example', to = OWN): Promise<InboundEvent[]> {
  const mail = await readMail(Buffer.from(lines.join('\r\n')));
  return readInbound(mail, { from, to }, CONFIG, AT);
}

const HEAD = ['From: Ada <Ada@Home.example>', `To: ${OWN}`, 'Subject: Hello', 'Message-ID: <1@home.example>'];

describe('people', () => {
  it('P5: becomes a message that names what it answers', async () => {
    const thread = ['In-Reply-To: <b@x>', 'References: <a@x> <b@x>'];
    const body = ['Yes please', '', 'On Fri, 20 Nov 2026 Agent <agent@acme.example> wrote:', '> Shall I?'];
    const tag = 'agent+reply-0190aaaabbbb7cccddddeeeeeeeeeeee@acme.example';
    expect(await read([...HEAD, ...thread, '', ...body], undefined, tag)).toEqual([
      {
        type: 'message',
        eventId: '<1@home.example>',
        providerMessageId: '<1@home.example>',
        at: AT,
        address: 'ada@home.example',
        profileName: 'Ada',
        replyTo: ['<b@x>', '<a@x>'],
        content: {
          text: 'Yes please',
          subject: 'Hello',
          data: {
            quoted: 'On Fri, 20 Nov 2026 Agent <agent@acme.example> wrote:\n> Shall I?',
            conversationId: '0190aaaa-bbbb-7ccc-dddd-eeeeeeeeeeee',
          },
        },
      },
    ]);
  });

  it('reads an unclosed multipart', async () => {
    const type = 'Content-Type: multipart/mixed; boundary=b';
    const events = await read([...HEAD, type, '', '--b', 'Content-Type: text/plain', '', 'cut off']);
    expect(events).toMatchObject([{ type: 'message', content: { text: 'cut off' } }]);
  });

  it('reads bytes without a charset', async () => {
    const mail = await readMail(
      Buffer.concat([Buffer.from([...HEAD, '', ''].join('\r\n')), Buffer.from([0x63, 0xe9, 0])]),
    );
    expect(mail.text).toMatch(/^c.$/u);
  });

  it('derives an id where there is none, the same each time', async () => {
    const without = [...HEAD.slice(0, 3), '', 'x'];
    const [first] = await read(without);
    expect(first?.eventId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await read(without))[0]?.eventId).toBe(first?.eventId);
  });
});

describe('no people', () => {
  it.each([
    ['Auto-Submitted: auto-replied', 'ada@home.example'],
    ['Precedence: bulk', 'ada@home.example'],
    ['X-Auto-Response-Suppress: All', 'ada@home.example'],
    ['List-Id: <l.example>', 'ada@home.example'],
    ['X-Ordinary: 1', ''],
  ])('%s from %j wakes nobody', async (header, from) => {
    expect(await read([...HEAD, header, '', 'Away'], from)).toMatchObject([{ type: 'unsupported' }]);
  });

  it('knows its own mails, and takes what says it is not automatic', async () => {
    expect(await read(['From: agent+x@ACME.example', '', 'x'])).toMatchObject([{ type: 'unsupported' }]);
    expect(await read([...HEAD, 'Auto-Submitted: no', '', 'x'])).toMatchObject([{ type: 'message' }]);
  });
});

describe('reports', () => {
  const TO = `agent+${bounceTag('42:2', CONFIG)}@acme.example`;
  const REPORT = [
    'From: Mail <MAILER-DAEMON@mx.example>',
    'Message-ID: <r@mx>',
    'Auto-Submitted: auto-replied',
  ];
  const multipart = (machine: string[], extra: string[] = [], cc = 'Cc: copy@x.example') => [
    ...REPORT,
    ...extra,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    ...['--b', 'Content-Type: text/plain', '', 'Not delivered: 550 5.1.1 unknown'],
    ...['--b', 'Content-Type: message/delivery-status', '', ...machine],
    ...[
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <42.2.m@acme.example>',
      cc,
      '',
      'body',
      '--b--',
      '',
    ],
  ];
  const group = (action: string, status: string, to = 'ada@home.example') => [
    ...[
      'Reporting-MTA: dns; mx',
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
      `Status: ${status}`,
    ],
    ...[`Diagnostic-Code: smtp; 550 ${status} no`, ''],
  ];

  it('P17: a failed report is the receipt of its call', async () => {
    expect(await read(multipart(group('failed', '5.1.1')), '', TO)).toEqual([
      {
        type: 'receipt',
        eventId: '<r@mx>',
        at: AT,
        callRef: '42:2',
        providerMessageId: '<42.2.m@acme.example>',
        status: 'failed',
        failure: {
          kind: 'rejected',
          reason: 'invalid_address',
          detail: '550 5.1.1 no',
          providerCode: '5.1.1',
        },
      },
    ]);
  });

  it('reads relayed, delayed and the report about a copy', async () => {
    expect(await read(multipart(group('relayed', '2.0.0')), '', TO)).toMatchObject([{ status: 'delivered' }]);
    expect(await read(multipart(group('delayed', '4.4.1')), '', TO)).toMatchObject([{ type: 'unsupported' }]);
    expect(await read(multipart(group('failed', '5.1.1', 'copy@x.example')), '', TO)).toMatchObject([
      { type: 'unsupported' },
    ]);
  });

  it('reads an empty machine part by X-Failed-Recipients', async () => {
    const mail = multipart([], ['X-Failed-Recipients: ada@home.example']);
    expect(await read(mail, '', OWN)).toMatchObject([
      {
        type: 'receipt',
        status: 'failed',
        providerMessageId: '<42.2.m@acme.example>',
        failure: { reason: 'invalid_address' },
      },
    ]);
  });

  it.each([
    'bounce-42-2',
    'bounce-42-2-aaaaaaaaaa',
    String(bounceTag('42:2', CONFIG)).replace('42-2', '42-3'),
    String(bounceTag('42:2', { address: OWN, smtp: { password: 'other' } })),
  ])('a forged return path %s names no call', async (tag) => {
    const forged = [...REPORT, 'X-Failed-Recipients: ada@home.example', '', '550 5.1.1 no'];
    const events = await read(forged, '', `agent+${tag}@acme.example`);
    expect(events).toMatchObject([{ type: 'unsupported' }]);
  });

  it('makes no return path without a key', () => {
    expect(bounceTag('42:2', { address: OWN, smtp: {} })).toBeUndefined();
  });

  it('takes an out-of-office note to the return path for what it is', async () => {
    expect(await read([...HEAD, 'Auto-Submitted: auto-replied', '', 'Away'], '', TO)).toMatchObject([
      { type: 'unsupported' },
    ]);
  });
});

describe('texts', () => {
  it('leaves answers between quoted lines whole', () => {
    const text = 'On Monday Bob wrote:\n> one\nmy answer\n> two';
    expect(splitQuoted(text)).toEqual({ said: text, quoted: '' });
    expect(splitQuoted('ok\n\n> one\n> two')).toEqual({ said: 'ok', quoted: '> one\n> two' });
    expect(splitQuoted('> only')).toEqual({ said: '> only', quoted: '' });
  });

  it('reads HTML as words', () => {
    expect(textOfHtml('<style>x{}</style><p>a &amp; b<br>c</p><script>1</script>').trim()).toBe('a & b\nc');
  });
});
