import { listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ChatLine, PersonSummary } from '../core/kind.js';
import { presentMessage } from './inbox.js';
import type { Person } from './people.js';
import type { MetaSide } from './side.js';

/** Everyone who has received or written something, the most recent first. */
export function summaries(side: MetaSide): PersonSummary[] {
  return [...side.people.all()]
    .filter(({ inbox, written }) => inbox.length + written.length > 0)
    .map((person) => ({
      person,
      lastMs: Math.max(person.inbox.at(-1)?.atMs ?? 0, person.written.at(-1)?.atMs ?? 0),
    }))
    .sort((one, other) => other.lastMs - one.lastMs)
    .map(({ person, lastMs }) => ({
      address: person.id,
      name: person.name,
      messages: person.inbox.length + person.written.length,
      unread: person.inbox.filter(({ read }) => !read).length,
      lastAt: side.world.clock.stamp(lastMs),
    }));
}

/** Both directions of one person's chat in time order. */
export function chatLines(side: MetaSide, person: Person): ChatLine[] {
  const received = person.inbox.map((message): ChatLine => {
    const { at, text, buttons, media } = presentMessage(side, message);
    return { at, direction: 'in', text: text ?? '', buttons: buttons ?? [], media: media ? [media] : [] };
  });
  const written = person.written.map(({ atMs, event }): ChatLine => {
    const at = side.world.clock.stamp(atMs);
    return { at, direction: 'out', text: writtenText(event), buttons: [], media: [] };
  });
  return [...received, ...written].sort((one, other) => one.at.localeCompare(other.at));
}

/** What a written event says, or its kind. */
function writtenText(event: JsonObject): string {
  const [message, postback] = [objectOf(event['message']), objectOf(event['postback'])];
  const [attachment] = listOf(message?.['attachments']);
  const emoji = objectOf(event['reaction'])?.['emoji'];
  const edited = objectOf(event['message_edit'])?.['text'];
  const said = message?.['text'] ?? postback?.['title'] ?? emoji ?? edited ?? objectOf(attachment)?.['type'];
  return textOf(said) ?? `(${Object.keys(event).at(-1) ?? ''})`;
}
