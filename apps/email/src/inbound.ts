import type { InboundEvent, InboundMedia, MediaKind } from '@skein/contracts';
import { conversationOfTag, isAddress, splitAddress } from './address.js';
import { automaticKind } from './automatic.js';
import type { Envelope } from './automatic.js';
import { readBounce } from './bounce.js';
import type { EmailConfig } from './config.js';
import { headerOf, messageIds } from './mail.js';
import type { Mail, MailFile } from './mail.js';
import { splitQuoted } from './quoted.js';

/** Earlier mails that an answer may name. */
const MAX_REFERENCES = 50;
/** Text beyond this is cut; it is also in the quoted part's size. */
const MAX_TEXT = 200_000;

/** What a mail to an account is: receipts, a person's message, or nothing that anybody should answer. */
export function readInbound(mail: Mail, envelope: Envelope, config: EmailConfig, at: string): InboundEvent[] {
  const bounce = readBounce(mail, envelope, config, at);
  if (bounce !== undefined) return bounce;
  const what =
    automaticKind(mail, envelope, config.address) ??
    (isAddress(mail.from) ? undefined : 'mail without sender');
  if (what !== undefined) {
    const address = isAddress(mail.from) ? { address: mail.from } : {};
    return [{ type: 'unsupported', eventId: mail.id, at, what, ...address }];
  }
  return messageOf(mail, envelope, at);
}

function messageOf(mail: Mail, envelope: Envelope, at: string): InboundEvent[] {
  const { said, quoted } = splitQuoted(mail.text.slice(0, MAX_TEXT));
  const person = {
    eventId: mail.id,
    at,
    address: mail.from,
    ...(mail.fromName === '' ? {} : { profileName: mail.fromName }),
  };
  const replyTo = answered(mail);
  const message: InboundEvent = {
    type: 'message',
    ...person,
    providerMessageId: mail.id,
    content: {
      ...(said === '' ? {} : { text: said }),
      ...(mail.subject === '' ? {} : { subject: mail.subject }),
      ...extras(quoted, envelope),
    },
    ...(replyTo.length === 0 ? {} : { replyTo }),
  };
  return [message];
}

/** The nearest mail first: In-Reply-To, then References from their end. */
function answered(mail: Mail): string[] {
  const nearest = messageIds(headerOf(mail, 'in-reply-to'));
  const references = messageIds(headerOf(mail, 'references')).toReversed();
  return [...new Set([...nearest, ...references])].slice(0, MAX_REFERENCES);
}

function extras(quoted: string, { to }: Envelope): { data?: Record<string, unknown> } {
  const conversationId = conversationOfTag(splitAddress(to)?.tag);
  const data = {
    ...(quoted === '' ? {} : { quoted }),
    ...(conversationId === undefined ? {} : { conversationId }),
  };
  return Object.keys(data).length === 0 ? {} : { data };
}

/** The kind under which a file is shown. */
export function mediaKindOf({ mimeType }: MailFile): MediaKind {
  const [family] = mimeType.split('/', 1);
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file';
}

/** Puts stored files into the message among the events. */
export function withMedia(events: InboundEvent[], media: InboundMedia[]): InboundEvent[] {
  if (media.length === 0) return events;
  return events.map((event) =>
    event.type === 'message' ? { ...event, content: { ...event.content, media } } : event,
  );
}
