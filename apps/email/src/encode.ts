import type { OutboundCall } from '@skein/channel-kit';
import type { EmailPart, Failure } from '@skein/contracts';
import { isAddress, replyTag, splitAddress, tagged } from './address.js';
import { bounceTag } from './bounce-tag.js';
import type { EmailConfig } from './config.js';

/** One mail without its attachments, which are bytes. */
export interface EncodedMail {
  envelope: { from: string; to: string[] };
  from: { name: string; address: string };
  to: string;
  cc: string[];
  replyTo?: string;
  messageId: string;
  inReplyTo?: string;
  references?: string[];
  subject: string;
  text: string;
  html: string;
  headers: { key: string; value: { prepared: true; value: string } }[];
}

export type Encoded = { mail: EncodedMail } | { failure: Failure };

const MESSAGE_ID = /^<[^<>\s]{1,900}>$/;

/** The mail of one call. Nothing in it can start a header of its own. */
export function encode(call: OutboundCall, config: EmailConfig): Encoded {
  const { part } = call;
  if (part.type !== 'email')
    return refused('provider_rejected', `E-mail does not carry a ${part.type} part.`);
  const { cc = [], bcc = [] } = part;
  const everyone = [call.address, ...cc, ...bcc];
  if (!everyone.every(isAddress))
    return refused('invalid_address', 'A recipient is no plain e-mail address.');
  const headers = headersOf(part);
  if (headers === undefined)
    return refused('provider_rejected', 'The unsubscribe address is not an https URL.');
  return {
    mail: { ...mailOf(call, part, config), cc, headers, envelope: envelopeOf(call, config, everyone) },
  };
}

function mailOf(
  call: OutboundCall,
  part: EmailPart,
  config: EmailConfig,
): Omit<EncodedMail, 'cc' | 'headers' | 'envelope'> {
  const replyTo = config.plusAddressing ? tagged(config.address, replyTag(call.conversationId)) : undefined;
  return {
    from: { name: oneLine(config.fromName ?? ''), address: config.address },
    to: call.address,
    ...(replyTo === undefined ? {} : { replyTo }),
    messageId: messageIdOf(call, config),
    ...threadOf(part),
    subject: oneLine(part.subject),
    text: part.text,
    html: part.html,
  };
}

/** Each attempt has an id of its own: a later one is made only when the earlier certainly did not go out, or was asked for. */
function messageIdOf(call: OutboundCall, config: EmailConfig): string {
  const domain =
    config.messageIdDomain ?? config.domain ?? splitAddress(config.address)?.domain ?? 'localhost';
  return `<${call.callRef.replace(':', '.')}.${call.messageId}@${domain}>`;
}

function envelopeOf(call: OutboundCall, config: EmailConfig, everyone: string[]): EncodedMail['envelope'] {
  const tag = bounceTag(call.callRef, config);
  const returnPath = config.plusAddressing && tag !== undefined ? tagged(config.address, tag) : undefined;
  return { from: returnPath ?? config.address, to: [...new Set(everyone)] };
}

function threadOf({ inReplyTo, references = [] }: EmailPart): Pick<EncodedMail, 'inReplyTo' | 'references'> {
  const known = references.filter((id) => MESSAGE_ID.test(id));
  return {
    ...(inReplyTo !== undefined && MESSAGE_ID.test(inReplyTo) ? { inReplyTo } : {}),
    ...(known.length === 0 ? {} : { references: known }),
  };
}

/** RFC 8058: exactly one List-Unsubscribe. Prepared headers stay on one line, which some DKIM signers need. */
function headersOf({ unsubscribeUrl, autoSubmitted }: EmailPart): EncodedMail['headers'] | undefined {
  const automatic = autoSubmitted === true ? [header('Auto-Submitted', 'auto-generated')] : [];
  if (unsubscribeUrl === undefined) return automatic;
  const url = webAddress(unsubscribeUrl);
  if (url === undefined) return undefined;
  return [
    ...automatic,
    header('List-Unsubscribe', `<${url}>`),
    header('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'),
  ];
}

/** Written anew by the URL parser, which escapes spaces and line breaks; http only as it is used without a public address. */
function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  const plain = !/[<>\s]/.test(href) && href.length <= 900;
  return plain && (protocol === 'https:' || protocol === 'http:') ? href : undefined;
}

function header(key: string, value: string): EncodedMail['headers'][number] {
  return { key, value: { prepared: true, value } };
}

/** Control characters end headers; in one line of text they mean nothing. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}
