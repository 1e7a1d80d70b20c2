import type { ListItem, ListRow } from '@skein/contracts';
import type { Draft } from '../plan/draft.js';

/** A list of the platform's own, under what waits; titles and descriptions are shortened where they must be. */
export function writeList(
  component: string,
  items: readonly ListItem[],
  button: string | undefined,
  draft: Draft,
): void {
  const limits = draft.capabilities.list;
  if (!limits) return;
  const text = draft.lastText(limits.textMax) || draft.wording.choose;
  const titles = draft.labels(
    component,
    items.map(({ title }) => title),
    limits.titleMax,
    false,
  );
  const rows = items.map(({ id, subtitle }, index): ListRow => {
    const description = subtitle ? draft.label(component, subtitle, limits.descriptionMax) : '';
    return { id, title: titles[index] ?? '', ...(description === '' ? {} : { description }) };
  });
  const label = draft.label(component, button || draft.wording.openList, limits.buttonMax);
  draft.push({ type: 'list', text, button: label, rows });
}
