import type { Action, ListItem } from '@skein/contracts';
import { literal } from '../markup/urls.js';
import type { Draft } from '../plan/draft.js';

/** The last way to offer a choice: lines that the person answers by number. */
export function numberedActions({ actions }: { actions: Action[] }, draft: Draft): boolean {
  draft.lose('actions', 'downgraded', 'buttons shown as numbered text');
  const lines = draft.choices.add(actions).map(({ number, label }) => `${number}. ${label}`);
  draft.text(literal([draft.wording.replyWith, ...lines].join('\n')));
  return true;
}

export function numberedItems({ items }: { items: ListItem[] }, draft: Draft): boolean {
  draft.lose('list', 'downgraded', 'list shown as numbered text');
  const choices = draft.choices.add(items.map(({ id, title }) => ({ id, label: title })));
  const lines = choices.map(({ number, label }, index) => linesOf(`${number}. ${label}`, items[index]));
  draft.text(literal([draft.wording.replyWith, ...lines].join('\n')));
  return true;
}

/** An item's title with what stands under it. */
export function linesOf(title: string, item: ListItem | undefined): string {
  const { subtitle, imageUrl } = item ?? {};
  return [title, ...[subtitle, imageUrl].flatMap((value) => (value ? [value] : []))].join('\n   ');
}
