import type { Outcome } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import { nextSendKey } from '../jobs/current-run.js';
import { uploadMedia } from './media.js';
import { send } from './send.js';
import type { SendMore, To } from './types.js';

/** A file of a mail: by public address, stored before, or its bytes. */
export type Attachment = { filename?: string } & (
  { url: string } | { mediaId: string } | { content: Uint8Array | string; mimeType?: string }
);

/** A mail: `text`, `html` or both; the missing one is made from the other. */
export interface EmailInput extends SendMore {
  /** An address, or another way to name the person. */
  to: string | To;
  subject?: string;
  text?: string;
  html?: string;
  cc?: string[];
  bcc?: string[];
  attachments?: Attachment[];
  /** Message-ID of the mail that is answered; left out, the person's last mail. */
  inReplyTo?: string;
  references?: string[];
  channelId?: string;
  agentId?: string;
}

/** Mail. */
export interface Email {
  /** Sends a mail. It joins the person's thread; with a `campaignId` it has one-click unsubscribe. */
  send(input: EmailInput): Promise<Outcome>;
}

/** {@link Email} over a requester. */
export function emailOf(requester: Requester): Email {
  return {
    send: async ({ to, subject, text, html, cc, bcc, attachments, inReplyTo, references, ...more }) => {
      // One key for all of it: a mail that is repeated names the same files, and so is the same.
      const key = more.idempotencyKey ?? nextSendKey();
      const files = await Promise.all(
        (attachments ?? []).map((file, index) => stored(requester, file, key && `${key}:file:${index}`)),
      );
      const said = { subject, text, html, cc, bcc, inReplyTo, references };
      const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
      return send(requester, {
        ...more,
        ...(key === undefined ? {} : { idempotencyKey: key }),
        channel: 'email',
        to: typeof to === 'string' ? { email: to } : to,
        content: { email: { ...given, ...(files.length === 0 ? {} : { attachments: files }) } },
      });
    },
  };
}

async function stored(
  requester: Requester,
  file: Attachment,
  idempotencyKey: string | undefined,
): Promise<{ url?: string; mediaId?: string; filename?: string }> {
  if (!('content' in file)) return file;
  const { content, filename, mimeType } = file;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { id } = await uploadMedia(requester, { bytes, filename, mimeType, idempotencyKey });
  return { mediaId: id, ...(filename === undefined ? {} : { filename }) };
}
