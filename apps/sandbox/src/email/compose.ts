import { randomUUID } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Fields } from '../core/fields.js';
import type { World } from '../core/kind.js';
import { ownFile } from '../core/own-links.js';
import { invalid } from '../core/refusal.js';
import type { Account, Letter } from './accounts.js';
import { domainOf } from './accounts.js';
import type { Mail } from './mail.js';

export interface Draft {
  letter: Letter;
  messageId: string;
  subject: string;
  text: string;
}

export interface Author {
  world: World;
  account: Account;
  address: string;
}

interface ComposedAttachment {
  filename: string;
  content: Buffer;
  contentType: string;
}

/** The person's own mail, or their answer to one; a mail program answers to Reply-To where there is one. */
export async function composeMail(author: Author, fields: Fields, parent: Mail | undefined): Promise<Draft> {
  const text = fields.optionalText('text');
  const html = fields.optionalText('html');
  const attachments = attachmentsOf(author.world, fields);
  if (text === undefined && html === undefined && attachments.length === 0) {
    throw invalid('body', 'must hold text, html, media or raw');
  }
  const subject = fields.optionalText('subject') ?? subjectOf(parent);
  const content = { text: text ?? (html === undefined ? '' : undefined), html, attachments };
  const headers = fields.flag('autoReply', false) ? AUTO_REPLY_HEADERS : {};
  return build(author, { subject, ...content, headers, to: fields.optionalText('to') }, parent);
}

const AUTO_REPLY_HEADERS = {
  'Auto-Submitted': 'auto-replied',
  'X-Auto-Response-Suppress': 'All',
  Precedence: 'bulk',
};

/** The out-of-office note of a mailbox, with a null return path. */
export async function composeOutOfOffice(author: Author, parent: Mail): Promise<Letter> {
  const text = 'I am out of the office and will answer when I am back.';
  const content = { subject: `Automatic reply: ${parent.subject}`, text, headers: AUTO_REPLY_HEADERS };
  const { letter } = await build(author, content, parent);
  return { ...letter, from: '' };
}

interface Content {
  subject: string;
  text?: string;
  html?: string;
  attachments?: ComposedAttachment[];
  headers: Record<string, string>;
  to?: string;
}

async function build(
  { world, account, address }: Author,
  content: Content,
  parent: Mail | undefined,
): Promise<Draft> {
  const to = content.to ?? parent?.replyTo ?? (parent?.from || account.config.address);
  const messageId = `<${randomUUID()}@${domainOf(address)}>`;
  const thread = parent?.messageId ? { inReplyTo: parent.messageId, references: referencesOf(parent) } : {};
  const mail = { from: address, date: new Date(world.clock.now()), messageId, ...content, ...thread, to };
  const raw = await new MailComposer(mail).compile().build();
  return {
    letter: { from: address, to, raw },
    messageId,
    subject: content.subject,
    text: content.text ?? content.html ?? '',
  };
}

function subjectOf(parent: Mail | undefined): string {
  if (!parent) return 'Hello';
  return /^re:/i.test(parent.subject) ? parent.subject : `Re: ${parent.subject}`;
}

function referencesOf({ references, messageId }: Mail): string[] {
  return [...(references?.match(/<[^>]+>/g) ?? []), messageId ?? ''];
}

/** `media` (one) and `attachments` (several): `{base64, mimeType, filename}` or `{file}` / `{url}` naming a sandbox file. */
function attachmentsOf(world: World, fields: Fields): ComposedAttachment[] {
  const single = fields.object('media');
  return [...(single ? [single] : []), ...fields.objects('attachments')].map((media) =>
    attachmentOf(world, media),
  );
}

function attachmentOf(world: World, media: Fields): ComposedAttachment {
  const base64 = media.optionalText('base64');
  if (base64 !== undefined) {
    const content = Buffer.from(base64, 'base64');
    return {
      filename: media.optionalText('filename') ?? 'file',
      content,
      contentType: media.text('mimeType'),
    };
  }
  const link =
    media.optionalText('url') ?? `${world.origin()}/files/${media.optionalText('file') ?? 'small.jpg'}`;
  const file = ownFile(world, link);
  if (typeof file === 'string')
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  return {
    filename: media.optionalText('filename') ?? file.name,
    content: file.bytes,
    contentType: file.mimeType,
  };
}
