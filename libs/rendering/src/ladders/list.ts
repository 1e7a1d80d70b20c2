import type { ListItem } from '@skein/contracts';
import type { ListComponent } from '../components-of.js';
import { literal } from '../markup/urls.js';
import type { Draft } from '../plan/draft.js';
import { buttonsFit, writeButtons } from './actions.js';
import { cards } from './cards.js';
import { idsFit } from './ids.js';
import type { ComponentOf, Ladder, Rung } from './ladder.js';
import { linesOf, numberedItems } from './numbered.js';
import { writeList } from './write-list.js';

type Fit = 'exact' | 'shortened';

const VERTICAL: Ladder<'list'> = [
  picturedCards,
  platformList('exact'),
  platformList('shortened'),
  itemsAsButtons,
  cards('vertical list shown as cards'),
  numberedItems,
];
const HORIZONTAL: Ladder<'list'> = [
  cards(undefined),
  platformList('exact'),
  platformList('shortened'),
  itemsAsButtons,
  numberedItems,
];

/** A horizontal list is cards beside each other, a vertical one rows under each other. */
export const LIST: Ladder<'list'> = [
  (component, draft) =>
    (component.layout === 'horizontal' ? HORIZONTAL : VERTICAL).some((rung) => rung(component, draft)),
];

/** Rows have no pictures; where cards have them and can be chosen, a list with pictures is cards. */
function picturedCards(component: ComponentOf<'list'>, draft: Draft): boolean {
  const { cards: limits, media } = draft.capabilities;
  const pictured = component.items.some(({ imageUrl }) => imageUrl);
  if (!pictured || !media.image || !limits?.buttons) return false;
  return cards('vertical list shown as cards')(component, draft);
}

function platformList(fit: Fit): Rung<'list'> {
  return (component, draft) => {
    const { items, layout } = component;
    const limits = draft.capabilities.list;
    if (!limits || items.length > limits.maxRows || !idsFit(items, limits.idMax, draft)) return false;
    const fits = ({ title, subtitle = '' }: ListItem): boolean =>
      draft.size(title) <= limits.titleMax && draft.size(subtitle) <= limits.descriptionMax;
    if (fit === 'exact' && !items.every(fits)) return false;
    if (layout === 'horizontal') draft.lose('list', 'downgraded', 'horizontal list shown as a vertical one');
    for (const { imageUrl } of items) if (imageUrl) draft.lose('list', 'dropped', `image ${imageUrl}`);
    writeList('list', items, (component as ListComponent).button, draft);
    return true;
  };
}

/** Where lists are missing, the items are told in text and each has a button; a title that no button can hold stays a number. */
function itemsAsButtons({ items }: { items: ListItem[] }, draft: Draft): boolean {
  const limits = draft.capabilities.buttons;
  const actions = items.map(({ id, title }) => ({ id, label: title }));
  if (!limits || !buttonsFit(actions, draft)) return false;
  if (actions.some(({ label }) => draft.size(label) > limits.labelMax)) return false;
  draft.lose('list', 'downgraded', 'list shown as buttons');
  if (items.some(({ subtitle, imageUrl }) => subtitle || imageUrl)) {
    draft.text(literal(items.map((item) => linesOf(item.title, item)).join('\n')));
  }
  writeButtons('list', actions, draft);
  return true;
}
