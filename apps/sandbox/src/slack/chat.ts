import type { ChatLine, PersonSummary } from '../core/kind.js';
import type { Account } from './accounts.js';
import { addressOf } from './conversations.js';
import type { Conversation } from './conversations.js';
import { presentMessage } from './inbox.js';
import type { SlackSide } from './side.js';

/** A conversation of one of the installations. */
export interface Placed {
  account: Account;
  place: Conversation;
}

/** Every conversation in which something was said, the most recent first. */
export function summaries(side: SlackSide, all: Placed[]): PersonSummary[] {
  const byAddress = new Map<string, PersonSummary & { lastMs: number }>();
  for (const { account, place } of all) {
    const last = place.messages.at(-1);
    if (!last) continue;
    const address = addressOf(place, null);
    const known = byAddress.get(address);
    const unread = place.messages.filter(({ byApp, read }) => byApp && !read).length;
    byAddress.set(address, {
      address,
      name: place.user === null ? `#${place.name}` : (account.names.get(place.user) ?? place.user),
      messages: place.messages.length + (known?.messages ?? 0),
      unread: unread + (known?.unread ?? 0),
      lastMs: Math.max(last.atMs, known?.lastMs ?? 0),
      lastAt: null,
    });
  }
  const sorted = [...byAddress.values()].sort((one, other) => other.lastMs - one.lastMs);
  return sorted.map(({ lastMs, ...summary }) => ({ ...summary, lastAt: side.world.clock.stamp(lastMs) }));
}

/** All of a conversation in time order. */
export function chatLines(side: SlackSide, all: Placed[]): ChatLine[] {
  const lines = all.flatMap(({ account, place }) =>
    place.messages.map((message): ChatLine => {
      const { at, text, buttons, media } = presentMessage(side, account, place, message);
      const notes = [
        ...(place.user === null && !message.byApp ? [message.user] : []),
        ...(message.threadTs === null ? [] : [`thread ${message.threadTs}`]),
        ...(message.editedTs === null ? [] : ['edited']),
        ...message.reactions.map(({ name, users }) => `:${name}: ${users.length}`),
      ];
      return {
        at,
        direction: message.byApp ? 'in' : 'out',
        text: text ?? '',
        buttons: buttons ?? [],
        media: media === undefined ? [] : [media],
        note: notes.length === 0 ? undefined : notes.join(' · '),
      };
    }),
  );
  return lines.sort((one, other) => one.at.localeCompare(other.at));
}
