import type { Component } from '@skein/contracts';
import type { Draft } from '../plan/draft.js';
import { readMarkup } from '../markup/read-markup.js';
import { ACTIONS } from './actions.js';
import { FLOW } from './flow.js';
import type { ComponentOf, Ladder } from './ladder.js';
import { LIST } from './list.js';
import { LINKS, NAVIGATE, PAYMENT } from './links.js';
import { MEDIA } from './media.js';
import { TABLE } from './table.js';

const TEXT: Ladder<'text'> = [
  ({ text }, draft) => {
    draft.text(readMarkup(text));
    return true;
  },
];

/** How each component is shown, best way first. Nothing here names a channel: the capability table decides. */
const LADDERS: { [T in Component['type']]: Ladder<T> } = {
  text: TEXT,
  media: MEDIA,
  actions: ACTIONS,
  list: LIST,
  links: LINKS,
  payment: PAYMENT,
  flow: FLOW,
  navigate: NAVIGATE,
  table: TABLE,
};

/** Writes a component in the best way that fits. */
export function show<T extends Component['type']>(
  component: ComponentOf<T> & { type: T },
  draft: Draft,
): void {
  const ladder: Ladder<T> = LADDERS[component.type];
  ladder.some((rung) => rung(component, draft));
}
