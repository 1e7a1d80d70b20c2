import type { SandboxClock } from '../core/clock.js';
import type { ChatLine, InboxEntry, InboxMedia, PersonSummary } from '../core/kind.js';
import type { People, Person, ReceivedText, TextFile } from './people.js';

/** A message as the person sees it. */
export function presentText(clock: SandboxClock, message: ReceivedText): InboxEntry {
  const { id, atMs, channelId, text, files, raw, segments } = message;
  const [file] = files;
  const entry: InboxEntry & { segments: number } = {
    id,
    at: clock.stamp(atMs),
    channelId,
    type: file ? 'mms' : 'sms',
    text: text === '' ? null : text,
    ...(file ? { media: mediaOf(file) } : {}),
    segments,
    raw,
  };
  return entry;
}

function mediaOf({ url, mimeType, filename, sha256, size }: TextFile): InboxMedia {
  return {
    type: mimeType?.split('/')[0] ?? 'file',
    url,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(filename === undefined ? {} : { filename }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(size === undefined ? {} : { size }),
  };
}

/** Everybody who has received or written something, the most recent first. */
export function summaries(clock: SandboxClock, people: People): PersonSummary[] {
  const lastOf = ({ inbox, written }: Person): number =>
    Math.max(inbox.at(-1)?.atMs ?? 0, written.at(-1)?.atMs ?? 0);
  return [...people.all()]
    .filter(({ inbox, written }) => inbox.length + written.length > 0)
    .sort((one, other) => lastOf(other) - lastOf(one))
    .map((person) => ({
      address: person.address,
      name: `Person ${person.address.slice(-4)}`,
      messages: person.inbox.length + person.written.length,
      unread: person.inbox.filter(({ read }) => !read).length,
      lastAt: clock.stamp(lastOf(person)),
    }));
}

/** Both directions in time order. */
export function chatLines(clock: SandboxClock, person: Person): ChatLine[] {
  const received = person.inbox.map((message): ChatLine => {
    const media = message.files.map(mediaOf);
    const note = message.segments > 1 ? `${message.segments} segments` : undefined;
    return { at: clock.stamp(message.atMs), direction: 'in', text: message.text, buttons: [], media, note };
  });
  const written = person.written.map(({ atMs, text }): ChatLine => ({
    at: clock.stamp(atMs),
    direction: 'out',
    text,
    buttons: [],
    media: [],
  }));
  return [...received, ...written].sort((one, other) => one.at.localeCompare(other.at));
}
