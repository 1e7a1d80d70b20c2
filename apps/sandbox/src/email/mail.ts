import PostalMime from 'postal-mime';
import type { Address, Email } from 'postal-mime';
import type { BlobStore } from '../core/blob-store.js';

export interface StoredAttachment {
  filename: string | null;
  mimeType: string;
  size: number;
  sha256: string;
  contentId?: string;
}

/** A mail that reached one or more mailboxes. */
export interface Mail {
  /** The queue id of the 250 reply. */
  id: string;
  atMs: number;
  channelId: string;
  envelopeFrom: string;
  recipients: string[];
  from: string;
  fromName: string;
  replyTo: string | null;
  to: string[];
  cc: string[];
  subject: string;
  text: string | null;
  html: string | null;
  messageId: string | null;
  references: string | null;
  attachments: StoredAttachment[];
  /** Every header in order, names as written. */
  headers: [string, string][];
  /** SHA-256 of the source as received, which the blob store holds. */
  source: string;
}

export interface MailEnvelope {
  id: string;
  atMs: number;
  channelId: string;
  envelopeFrom: string;
  recipients: string[];
}

/** Parses the MIME source; attachments and the source itself go to the blob store. */
export async function readMail(source: Buffer, envelope: MailEnvelope, blobs: BlobStore): Promise<Mail> {
  const parsed = await PostalMime.parse(source, { forceRfc822Attachments: true });
  return {
    ...envelope,
    ...peopleOf(parsed),
    subject: parsed.subject ?? '',
    text: bodyOf(parsed.text),
    html: bodyOf(parsed.html),
    messageId: parsed.messageId ?? null,
    references: parsed.references ?? null,
    attachments: parsed.attachments.map((attachment) => storeAttachment(attachment, blobs)),
    headers: parsed.headers.map(({ originalKey, value }) => [originalKey, value]),
    source: blobs.put(source),
  };
}

/** The parser ends every body with a line break of its own. */
function bodyOf(content: string | undefined): string | null {
  return content?.replace(/\n$/, '') ?? null;
}

function peopleOf(parsed: Email): Pick<Mail, 'from' | 'fromName' | 'replyTo' | 'to' | 'cc'> {
  return {
    from: parsed.from?.address ?? '',
    fromName: parsed.from?.name ?? '',
    replyTo: addressesOf(parsed.replyTo)[0] ?? null,
    to: addressesOf(parsed.to),
    cc: addressesOf(parsed.cc),
  };
}

function addressesOf(list: Address[] | undefined): string[] {
  return (list ?? []).flatMap((entry) => (entry.group ?? [entry]).map(({ address }) => address));
}

function storeAttachment(attachment: Email['attachments'][number], blobs: BlobStore): StoredAttachment {
  const { content, filename, mimeType, contentId } = attachment;
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
  const stored = { filename, mimeType, size: bytes.length, sha256: blobs.put(bytes) };
  return contentId === undefined ? stored : { ...stored, contentId };
}

/** The first header of that name, whatever its case. */
export function headerOf(mail: Mail, name: string): string | undefined {
  return mail.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
