import type { ChannelAccount, ListenerKit } from '@skein/channel-kit';
import type { InboundMedia } from '@skein/contracts';
import type { EmailConfig } from './config.js';
import { mediaKindOf, readInbound, withMedia } from './inbound.js';
import { readMail } from './mail.js';
import type { Mail, MailFile } from './mail.js';
import { REPLIES } from './replies.js';
import type { Reply } from './replies.js';

type Kit = ListenerKit<EmailConfig>;

export interface Recipient {
  /** As the peer wrote it, with its tag. */
  address: string;
  account: ChannelAccount<EmailConfig>;
}

export interface Received {
  source: Buffer;
  /** Return path; empty for reports. */
  from: string;
  recipients: Recipient[];
}

const MAX_FILES = 20;
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Reads a mail and commits what it means for every account it was sent to. The reply is 250 only when all of it is durable. */
export async function receiveMail(kit: Kit, received: Received): Promise<Reply> {
  let mail: Mail;
  try {
    mail = await readMail(received.source);
  } catch {
    return REPLIES.unreadable;
  }
  try {
    for (const recipient of onePerAccount(received.recipients))
      await deliver(kit, mail, received.from, recipient);
    return REPLIES.taken;
  } catch {
    return REPLIES.away;
  }
}

/** An address named twice gets the mail once; the one with a tag says more. */
function onePerAccount(recipients: Recipient[]): Recipient[] {
  const tagsLast = recipients.toSorted(
    (a, b) => Number(a.address.includes('+')) - Number(b.address.includes('+')),
  );
  return [...new Map(tagsLast.map((recipient) => [recipient.account.id, recipient])).values()];
}

async function deliver(kit: Kit, mail: Mail, from: string, { address, account }: Recipient): Promise<void> {
  const at = new Date().toISOString();
  const events = readInbound(mail, { from, to: address }, account.config, at);
  const speaks = events.some(({ type }) => type === 'message');
  const media = speaks ? await storeFiles(kit, account.workspaceId, mail.files) : [];
  await kit.accept(account, withMedia(events, media));
}

async function storeFiles(kit: Kit, workspaceId: string, files: MailFile[]): Promise<InboundMedia[]> {
  const stored: InboundMedia[] = [];
  for (const file of files.slice(0, MAX_FILES)) stored.push(await storeFile(kit, workspaceId, file));
  return stored;
}

async function storeFile(kit: Kit, workspaceId: string, file: MailFile): Promise<InboundMedia> {
  const { bytes, mimeType, filename } = file;
  const about = {
    media: mediaKindOf(file),
    mimeType,
    sizeBytes: bytes.length,
    ...(filename === undefined ? {} : { filename }),
  };
  if (bytes.length > MAX_FILE_BYTES)
    return { ...about, error: `The file is larger than ${MAX_FILE_BYTES} bytes.` };
  return {
    ...about,
    mediaId: await kit.store(workspaceId, { bytes, mimeType, ...(filename && { filename }) }),
  };
}
