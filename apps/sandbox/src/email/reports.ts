import { randomUUID } from 'node:crypto';
import type { Letter } from './accounts.js';
import type { Mail } from './mail.js';
import { headerOf } from './mail.js';

/** The host that speaks in reports. */
export const REPORTING_HOST = 'mx.sandbox.example';

const DAEMON = `Mail Delivery System <MAILER-DAEMON@${REPORTING_HOST}>`;

interface Part {
  type: string;
  body: string;
}

interface Report {
  from: string;
  to: string;
  subject: string;
  reportType: string;
  headers: string[];
  parts: Part[];
  date: Date;
}

export interface DeliveryReport {
  mail: Mail;
  /** The original as it came, of which the headers are returned. */
  source: Buffer;
  recipient: string;
  action: 'failed' | 'delayed' | 'relayed';
  status: string;
  diagnostic: string;
  date: Date;
}

const SUBJECTS = {
  failed: 'Undelivered Mail Returned to Sender',
  delayed: 'Delayed Mail (still being retried)',
  relayed: 'Successful Mail Delivery Report',
};

/** A delivery status notification to the envelope sender, with a null return path (RFC 3461, 3464). */
export function deliveryReport(report: DeliveryReport): Letter {
  const { mail, recipient, action, status, diagnostic } = report;
  const group = [
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(diagnostic === '' ? [] : [`Diagnostic-Code: smtp; ${diagnostic}`]),
  ];
  const machine = [`Reporting-MTA: dns; ${REPORTING_HOST}`, `X-Queue-ID: ${mail.id}`, '', ...group, ''].join(
    '\r\n',
  );
  return writeReport({
    from: DAEMON,
    to: mail.envelopeFrom,
    subject: SUBJECTS[action],
    reportType: 'delivery-status',
    headers: [],
    date: report.date,
    parts: [
      {
        type: 'text/plain; charset=us-ascii',
        body: `Your message to <${recipient}>: ${action}. ${diagnostic}\r\n`,
      },
      { type: 'message/delivery-status', body: machine },
      { type: 'text/rfc822-headers', body: headersOf(report.source) },
    ],
  });
}

/** The bounce of a large provider as seen in the wild: an empty machine part, only X-Failed-Recipients and prose. */
export function blankBounce({ mail, recipient, source, diagnostic, date }: DeliveryReport): Letter {
  return writeReport({
    from: DAEMON,
    to: mail.envelopeFrom,
    subject: 'Delivery Status Notification (Failure)',
    reportType: 'delivery-status',
    headers: [`X-Failed-Recipients: ${recipient}`],
    date,
    parts: [
      {
        type: 'text/plain; charset=us-ascii',
        body: `Your message was not delivered to ${recipient}: ${diagnostic}\r\n`,
      },
      { type: 'message/delivery-status', body: '' },
      { type: 'message/rfc822', body: source.toString('latin1') },
    ],
  });
}

/** The receipt a reader's program sends when asked with Disposition-Notification-To (RFC 8098); undefined when not asked. */
export function readReport(mail: Mail, recipient: string, date: Date): Letter | undefined {
  const to = headerOf(mail, 'disposition-notification-to')
    ?.replace(/^.*<|>.*$/g, '')
    .trim();
  if (!to) return undefined;
  const machine = [
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Message-ID: ${mail.messageId ?? ''}`,
    'Disposition: manual-action/MDN-sent-manually; displayed',
    '',
  ].join('\r\n');
  return writeReport({
    from: `<${recipient}>`,
    to,
    subject: `Read: ${mail.subject.replace(/[^\x20-\x7e]/g, '?')}`,
    reportType: 'disposition-notification',
    headers: mail.messageId === null ? [] : [`In-Reply-To: ${mail.messageId}`],
    date,
    parts: [
      { type: 'text/plain; charset=us-ascii', body: 'Your message was displayed.\r\n' },
      { type: 'message/disposition-notification', body: machine },
    ],
  });
}

function writeReport({ from, to, subject, reportType, headers, parts, date }: Report): Letter {
  const boundary = `report-${randomUUID()}`;
  const head = [
    `From: ${from}`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${REPORTING_HOST}>`,
    'Auto-Submitted: auto-replied',
    ...headers,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${reportType}; boundary="${boundary}"`,
    '',
  ];
  const body = parts.flatMap((part) => [`--${boundary}`, `Content-Type: ${part.type}`, '', part.body]);
  return { from: '', to, raw: Buffer.from([...head, ...body, `--${boundary}--`, ''].join('\r\n'), 'latin1') };
}

function headersOf(source: Buffer): string {
  const end = source.indexOf('\r\n\r\n');
  return source.subarray(0, end < 0 ? source.length : end + 2).toString('latin1');
}
