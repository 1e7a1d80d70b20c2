import type { ChatLine, PersonSummary } from '../core/kind.js';
import { presentMessage } from './inbox.js';
import { addressOf } from './people.js';
import type { Person } from './people.js';
import type { WhatsAppSide } from './side.js';
import { writtenText } from './writes.js';

/** Everyone who has received or written something, the most recent first. */
export function summaries(side: WhatsAppSide): PersonSummary[] {
  const lines = [...side.people.all()]
    .filter(({ inbox, written }) => inbox.length + written.length > 0)
    .map((person) => ({
      person,
      lastMs: Math.max(person.inbox.at(-1)?.atMs ?? 0, person.written.at(-1)?.atMs ?? 0),
    }));
  lines.sort((one, other) => other.lastMs - one.lastMs);
  return lines.map(({ person, lastMs }) => ({
    address: addressOf(person),
    name: person.name,
    messages: person.inbox.length + person.written.length,
    unread: person.inbox.filter(({ read }) => !read).length,
    lastAt: side.world.clock.stamp(lastMs),
  }));
}

/** Both directions of one person's chat in time order. */
export function chatLines(side: WhatsAppSide, person: Person): ChatLine[] {
  const received = person.inbox.map((message): ChatLine => {
    const { at, header, text, footer, buttons, media, template } = presentMessage(side, message);
    const note = template ? `template ${String(template['name'])}` : footer;
    const line: ChatLine = {
      at,
      direction: 'in',
      text: text ?? '',
      buttons: buttons ?? [],
      media: media ? [media] : [],
    };
    return { ...line, title: header, note };
  });
  const written = person.written.map(({ atMs, message, seen }): ChatLine => {
    const at = side.world.clock.stamp(atMs);
    return {
      at,
      direction: 'out',
      text: writtenText(message),
      buttons: [],
      media: [],
      note: seen ? 'read' : undefined,
    };
  });
  return [...received, ...written].sort((one, other) => one.at.localeCompare(other.at));
}
