import type { InboxEntry, World } from '../core/kind.js';
import { blobUrl } from '../core/own-links.js';
import type { Mail } from './mail.js';

/** A mail as the person sees it; `raw` holds the envelope, all headers and where the source can be fetched. */
export function presentMail(world: World, mail: Mail): InboxEntry {
  const { id, atMs, channelId, subject, text, html } = mail;
  const attachments = mail.attachments.map((attachment) => {
    const url = blobUrl(world, attachment.sha256, attachment.mimeType);
    return { ...attachment, url };
  });
  const entry = {
    id,
    at: world.clock.stamp(atMs),
    channelId,
    type: 'email',
    text,
    subject,
    html,
    attachments,
  };
  return { ...entry, raw: rawOf(world, mail) };
}

function rawOf(world: World, mail: Mail): unknown {
  const { from, fromName, replyTo, to, cc, messageId, references, envelopeFrom, recipients, source } = mail;
  return {
    ...{ from, fromName, replyTo, to, cc, messageId, references },
    envelope: { from: envelopeFrom, to: recipients },
    headers: headersOf(mail),
    sourceUrl: blobUrl(world, source, 'message/rfc822'),
  };
}

/** Names as written; a header that occurs several times is a list. */
function headersOf({ headers }: Mail): Record<string, string | string[]> {
  const collected: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const before = collected[name];
    collected[name] = before === undefined ? value : [before, value].flat();
  }
  return collected;
}
