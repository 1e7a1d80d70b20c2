import type { Card, ListItem } from '@skein/contracts';
import type { Draft } from '../plan/draft.js';
import { ACTIONS } from './actions.js';
import { idsFit } from './ids.js';
import { shorten } from '../text/shorten.js';
import type { Rung } from './ladder.js';

/**
 * Items as cards, in several parts when there are more than one part holds. Every card has a button with the item's id; where
 * cards have no buttons, the choices follow the cards. Text goes before, since not every platform sends it with cards.
 */
export function cards(loss: string | undefined): Rung<'list'> {
  return ({ items }, draft) => {
    const limits = draft.capabilities.cards;
    if (!limits || limits.max < 1 || (limits.buttons > 0 && !idsFit(items, limits.idMax, draft)))
      return false;
    if (loss !== undefined) draft.lose('list', 'downgraded', loss);
    const made = items.map((item) => cardOf(item, draft));
    for (let at = 0; at < made.length; at += limits.max) {
      draft.push({ type: 'cards', cards: made.slice(at, at + limits.max) });
    }
    if (limits.buttons === 0) {
      draft.lose('list', 'downgraded', 'choices shown after the cards');
      const actions = items.map(({ id, title }) => ({ id, label: title }));
      ACTIONS.some((rung) => rung({ type: 'actions', actions }, draft));
    }
    return true;
  };
}

function cardOf({ id, title, subtitle, imageUrl }: ListItem, draft: Draft): Card {
  const { cards: limits, media } = draft.capabilities;
  if (!limits) return { title, buttons: [] };
  if (imageUrl && !media.image) draft.lose('list', 'dropped', `image ${imageUrl}`);
  if (subtitle && limits.subtitleMax === 0) draft.lose('list', 'dropped', shorten(subtitle, 200, 'utf16'));
  const button = { id, label: draft.label('list', draft.wording.openList, limits.labelMax) };
  return {
    title: draft.label('list', title, limits.titleMax),
    ...(subtitle && limits.subtitleMax > 0
      ? { subtitle: draft.label('list', subtitle, limits.subtitleMax) }
      : {}),
    ...(imageUrl && media.image ? { image: { url: imageUrl } } : {}),
    buttons: limits.buttons > 0 ? [button] : [],
  };
}
