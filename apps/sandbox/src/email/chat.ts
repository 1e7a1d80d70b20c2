import type { ChatLine, PersonSummary, World } from '../core/kind.js';
import { presentMail } from './inbox.js';
import type { Mailbox, Mailboxes } from './mailboxes.js';

/** Every mailbox that holds something, the most recent first. */
export function summaries({ clock }: World, mailboxes: Mailboxes): PersonSummary[] {
  const lines = [...mailboxes.all()]
    .filter(({ received, written }) => received.length + written.length > 0)
    .map((box) => ({
      box,
      lastMs: Math.max(box.received.at(-1)?.mail.atMs ?? 0, box.written.at(-1)?.atMs ?? 0),
    }));
  lines.sort((one, other) => other.lastMs - one.lastMs);
  return lines.map(({ box, lastMs }) => ({
    address: box.address,
    name: box.address.split('@', 1)[0] ?? box.address,
    messages: box.received.length + box.written.length,
    unread: box.received.filter(({ read }) => !read).length,
    lastAt: clock.stamp(lastMs),
  }));
}

/** Both directions of one mailbox in time order. */
export function chatLines(world: World, { received, written }: Mailbox): ChatLine[] {
  const incoming = received.map(({ mail }): ChatLine => {
    const { at, subject, text, attachments = [] } = presentMail(world, mail);
    const media = attachments.map(({ url, mimeType, filename }) => {
      const type = mimeType.startsWith('image/') ? 'image' : 'document';
      return { type, url, mimeType, filename: filename ?? 'attachment' };
    });
    return {
      at,
      direction: 'in',
      title: subject,
      text: text ?? '(HTML only)',
      buttons: [],
      media,
      note: mail.from,
    };
  });
  const outgoing = written.map(({ atMs, subject, text }): ChatLine => {
    return { at: world.clock.stamp(atMs), direction: 'out', title: subject, text, buttons: [], media: [] };
  });
  return [...incoming, ...outgoing].sort((one, other) => one.at.localeCompare(other.at));
}
