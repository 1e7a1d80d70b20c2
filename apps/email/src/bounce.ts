import type { InboundEvent } from '@skein/contracts';
import { splitAddress } from './address.js';
import type { Envelope } from './automatic.js';
import { isMailSystem } from './automatic.js';
import { callRefOfTag } from './bounce-tag.js';
import type { EmailConfig } from './config.js';
import { bouncedFailure, enhancedOf } from './failures.js';
import { headerOf, messageIds } from './mail.js';
import type { Mail } from './mail.js';

/** One recipient's group of a delivery report (RFC 3464 §2.3). */
interface Outcome {
  recipients: string[];
  action: string;
  status: string;
  diagnostic: string;
}

/** The receipts in a delivery report; undefined when the mail is no report. */
export function readBounce(
  mail: Mail,
  envelope: Envelope,
  config: EmailConfig,
  at: string,
): InboundEvent[] | undefined {
  const callRef = callRefOfTag(splitAddress(envelope.to)?.tag, config);
  if (!isReport(mail, callRef)) return undefined;
  const stated = outcomesOf(mail);
  const outcomes = stated.length > 0 ? stated : unstated(mail);
  const copies = copiedTo(mail);
  const about = { callRef, providerMessageId: returnedId(mail) };
  return outcomes.map((outcome, index) => {
    const eventId = index === 0 ? mail.id : `${mail.id}:${index}`;
    if (outcome.recipients.some((address) => copies.has(address))) {
      return { type: 'unsupported', eventId, at, what: 'delivery report about a copy' };
    }
    return eventOf(outcome, about, { eventId, at });
  });
}

interface About {
  callRef: string | undefined;
  providerMessageId: string | undefined;
}

function eventOf(outcome: Outcome, about: About, base: { eventId: string; at: string }): InboundEvent {
  const known = about.callRef !== undefined || about.providerMessageId !== undefined;
  const status = STATUS_OF_ACTION[outcome.action];
  if (!known || status === undefined)
    return { type: 'unsupported', ...base, what: `delivery report: ${outcome.action}` };
  return {
    type: 'receipt',
    ...base,
    ...(about.providerMessageId === undefined ? {} : { providerMessageId: about.providerMessageId }),
    ...(about.callRef === undefined ? {} : { callRef: about.callRef }),
    status,
    ...(status === 'failed' ? { failure: bouncedFailure(outcome.status, outcome.diagnostic) } : {}),
  };
}

/** `delayed` is still being tried, `expanded` went to a list. */
const STATUS_OF_ACTION: Readonly<Partial<Record<string, 'failed' | 'delivered'>>> = {
  failed: 'failed',
  delivered: 'delivered',
  relayed: 'delivered',
};

/** A report by type; a mail system's note to our return path; or one that only names the failed recipients. */
function isReport(mail: Mail, callRef: string | undefined): boolean {
  const type = headerOf(mail, 'content-type').toLowerCase();
  if (type.startsWith('multipart/report')) return type.includes('delivery-status');
  if (headerOf(mail, 'x-failed-recipients') !== '') return true;
  return callRef !== undefined && isMailSystem(mail.from);
}

/** The groups of `message/delivery-status`; the first one is about the whole message and names no recipient. */
function outcomesOf(mail: Mail): Outcome[] {
  return texts(mail, ['message/delivery-status', 'message/global-delivery-status'])
    .flatMap((text) => text.split(/\n[ \t]*\n/))
    .map(fieldsOf)
    .filter((fields) => fields.has('final-recipient') || fields.has('action'))
    .map((fields) => ({
      recipients: [fields.get('final-recipient'), fields.get('original-recipient')].flatMap(addressOf),
      action: (fields.get('action') ?? 'failed').toLowerCase(),
      status: enhancedOf(fields.get('status') ?? '') ?? '',
      diagnostic: (fields.get('diagnostic-code') ?? '').replace(/^[\w-]+\s*;\s*/, ''),
    }));
}

/** A large provider's copy has an empty machine part: only X-Failed-Recipients and prose. */
function unstated(mail: Mail): Outcome[] {
  const recipients = headerOf(mail, 'x-failed-recipients').split(',').flatMap(addressOf);
  return [
    {
      recipients,
      action: 'failed',
      status: enhancedOf(mail.text) ?? '',
      diagnostic: mail.text.slice(0, 500),
    },
  ];
}

/** `rfc822; someone@example.com`. */
function addressOf(field: string | undefined): string[] {
  const address = (field ?? '')
    .replace(/^[^;]*;/, '')
    .replace(/[<>]/g, '')
    .trim()
    .toLowerCase();
  return address === '' ? [] : [address];
}

function fieldsOf(group: string): Map<string, string> {
  const lines = group.replace(/\n[ \t]+/g, ' ').split('\n');
  const fields = lines.map((line) => /^([\w-]+):\s*(.*)$/.exec(line.trim()));
  return new Map(
    fields.flatMap((found) => (found ? [[(found[1] ?? '').toLowerCase(), found[2] ?? '']] : [])),
  );
}

/** Message-ID of the mail that came back: the last one, where the report's own stands before it. */
function returnedId(mail: Mail): string | undefined {
  return messageIds(returnedHeader(mail, 'message-id'))[0];
}

function copiedTo(mail: Mail): Set<string> {
  const cc = returnedHeader(mail, 'cc').toLowerCase();
  return new Set([...cc.matchAll(/[^\s<>,;:"]+@[^\s<>,;:"]+/g)].map(([address]) => address));
}

function returnedHeader(mail: Mail, name: string): string {
  const [text = ''] = texts(mail, ['text/rfc822-headers', 'message/rfc822', 'message/global']);
  const head = text.split(/\n[ \t]*\n/, 1)[0] ?? '';
  return fieldsOf(head).get(name) ?? '';
}

function texts(mail: Mail, types: string[]): string[] {
  return mail.files
    .filter(({ mimeType }) => types.includes(mimeType))
    .map(({ bytes }) => bytes.toString('utf8').replaceAll('\0', '').replace(/\r\n/g, '\n').trimStart());
}
