import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { EmailAttachment, Failure } from '@skein/contracts';
import type { EmailConfig } from './config.js';
import { encode, oneLine } from './encode.js';
import type { EncodedMail } from './encode.js';
import { failureOf } from './failures.js';
import type { SmtpError } from './failures.js';
import { transportOf } from './transports.js';

/** Per file; base64 makes it a third larger on the wire. */
const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;

/** One SMTP transaction for one mail. The id of a sent mail is its Message-ID. */
export async function send(
  call: OutboundCall,
  account: ChannelAccount<EmailConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, account.config);
  if ('failure' in encoded) return encoded.failure;
  const attachments: Attached[] = [];
  for (const attachment of call.part.type === 'email' ? call.part.attachments : []) {
    const attached = await attach(attachment, io);
    if ('kind' in attached) return attached;
    attachments.push(attached);
  }
  return submit(encoded.mail, attachments, account, io);
}

interface Attached {
  filename: string;
  content: Buffer;
  contentType: string;
}

async function attach({ source, filename, media }: EmailAttachment, io: SendIo): Promise<Attached | Failure> {
  const file = await io.bytes(source, MAX_ATTACHMENT_BYTES);
  if ('kind' in file) return file;
  return {
    filename: oneLine(filename ?? file.filename ?? media),
    content: file.bytes,
    contentType: oneLine(file.mimeType),
  };
}

async function submit(
  mail: EncodedMail,
  attachments: Attached[],
  { id, config }: ChannelAccount<EmailConfig>,
  { signal, http }: SendIo,
): Promise<ProviderReceipt | Failure> {
  const progress = { handedOver: false };
  try {
    const options = { ...mail, attachments, signal, progress };
    const sent: Sent = await transportOf(id, config, http).sendMail(options);
    return receiptOf(mail, sent);
  } catch (error) {
    return failureOf(error as SmtpError, progress.handedOver);
  }
}

/** A transaction resolves when anybody was accepted. The person counts; copies that were refused are only noted. */
function receiptOf(mail: EncodedMail, sent: Sent): ProviderReceipt | Failure {
  const refused = (sent.rejectedErrors ?? []).find(({ recipient }) => recipient === mail.to);
  if (refused !== undefined) return refusedButCopied(refused);
  const others = (sent.rejected ?? []).length;
  const note = others === 0 ? sent.response : `${others} of the copies refused; ${sent.response ?? ''}`;
  return { kind: 'receipt', providerId: mail.messageId, note: (note ?? '').slice(0, 200) };
}

interface Sent {
  response?: string;
  rejected?: unknown[];
  rejectedErrors?: (SmtpError & { recipient?: string })[];
}

/** The copies are out: another attempt would send them a second time. */
function refusedButCopied(error: SmtpError): Failure {
  const failure = failureOf(error, false);
  if (failure.kind === 'rejected') return failure;
  return {
    kind: 'rejected',
    reason: 'provider_rejected',
    detail: `Refused, while copies went out: ${failure.detail}`,
  };
}
